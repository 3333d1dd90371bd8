import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { classicKind } from '../../../src/dialects/classic.js'
import type { Agent } from '../../../src/domain/agent.js'
import { findTown } from '../../../src/find-town.js'
import { withLedger } from '../../../src/open-ledger.js'
import { openTown } from '../../../src/open-town.js'
import { createCommands } from '../../../src/ports/command.js'
import type { Town } from '../../../src/town.js'
import { waitFor } from '../../support/wait-for.js'

/** A town's folder with nobody in it, and the processes that a test starts beside it. */
export interface BareTown {
  readonly root: string
  write(path: string, content?: string): string
  open(dryRun?: boolean): Town
  /** Starts a program that stays until the test is over. */
  stay(program: string, args: readonly string[], argv0?: string): ChildProcess
  /** Holds a flock(2) on a file of the town until the returned process ends. */
  hold(path: string): Promise<ChildProcess>
  end(): void
}

export const witness: Agent = { role: 'witness', rig: 'gastown' }

/** Makes a town's folder. */
export function bareTown(): BareTown {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'gate-')))
  const children: ChildProcess[] = []
  const env = { PATH: process.env['PATH'], HOME: root, TMUX_TMPDIR: root }
  const write = (path: string, content = ''): string => {
    const whole = join(root, path)
    mkdirSync(dirname(whole), { recursive: true })
    writeFileSync(whole, content)
    return whole
  }
  const stay = (program: string, args: readonly string[], argv0?: string): ChildProcess => {
    // A group of its own, so that what it starts is ended with it.
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
      ...(argv0 ? { argv0 } : {}),
    })
    children.push(child)
    return child
  }
  write('mayor/town.json', '{"type":"town","version":1,"name":"bare"}')
  return {
    root,
    write,
    stay,
    open: (dryRun = true) =>
      withLedger(
        openTown(findTown({ town: root, env, cwd: '/' }), {
          run: { id: 'r', mode: 'heartbeat', dryRun, trigger: 'manual' },
          env,
          commands: createCommands(Date.now() + 90_000),
          activity: { at: Date.now(), notes: [], writtenAt: [] },
          decided: { kind: classicKind, from: [], signs: undefined, programs: undefined, doubts: [] },
        }),
      ),
    hold: async (path) => {
      const holder = stay('flock', ['-x', write(path), 'sh', '-c', 'echo held; exec sleep 600'])
      let said = ''
      holder.stdout?.on('data', (text) => {
        said += text
      })
      await waitFor(`${path} is held`, () => said.includes('held'))
      return holder
    },
    end: () => {
      for (const { pid } of children) if (pid !== undefined) endGroup(pid)
      rmSync(root, { recursive: true, force: true })
    },
  }
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
