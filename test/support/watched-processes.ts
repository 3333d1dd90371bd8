import { execFileSync, spawn } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { processOf } from '../../src/ports/processes.js'
import { readDocument } from './check-document.js'
import { type Check, type FakeTown, raiseTown } from './fake-town.js'
import { end } from './leftovers.js'
import type { StageKindName } from './stage-kind.js'
import { put } from './town-folder.js'

/** A process that no session has. */
export interface StrayProcess {
  readonly command: readonly string[]
  readonly folder: string
  readonly env?: Readonly<Record<string, string>>
}

/** A town with one rig of which a test ends every process, also where tmux cannot be asked to. */
export interface WatchedTown extends FakeTown {
  check(env?: Readonly<Record<string, string>>): Promise<Check>
  /** The names of all sessions. */
  names(): readonly string[]
  /** The pid of the process in the pane of an agent's session; 0: it has none. */
  paneOf(who: string): number
  /** How many starts checks made, or had gt make; the stage itself starts agents with --awake. */
  starts(): number
  /** The pid of the tmux server, which is ended with the town. */
  serverPid(): number
  /** Ends a process with the town. */
  endLater(pid: number): number
  /** Runs the command that a message names, as a person would. */
  apply(message: string | undefined, command: RegExp): void
  /** A program of that name that outlives its terminal and what asks it to end. */
  lastingProgram(name: string): string
  /** Starts a process outside of tmux, which is ended with the town. */
  leave(process: StrayProcess): number
}

export function raiseWatchedTown(kind: StageKindName): WatchedTown {
  const town = raiseTown({ kind })
  town.addRig('gastown')
  const started = new Map<number, string | undefined>()
  const endLater = (pid: number): number => {
    // Zero would be this process and all of its group.
    if (!(pid > 1)) throw new Error(`${pid} is no process`)
    started.set(pid, processOf(pid)?.startTime)
    return pid
  }
  return {
    ...town,
    check: (env = town.env) => town.run(['--once', '--json'], { env }),
    names: () => town.tmux.sessions().map(({ name }) => name),
    paneOf: (who) => town.tmux.sessions().find(({ name }) => name === town.session(who))?.panePid ?? 0,
    starts: () =>
      town.programs.calls().filter(({ program, args }) => program === 'claude' && !args.includes('--awake')).length,
    serverPid: () => endLater(Number(town.tmux.tmux('display-message', '-p', '#{pid}'))),
    endLater,
    apply: (message, command) => {
      const found = command.exec(message ?? '')?.[0]
      if (found === undefined) throw new Error(`${message} names no command`)
      execFileSync('sh', ['-c', found], { env: town.env, stdio: 'pipe' })
    },
    lastingProgram: (name) => {
      const path = join(town.stage, 'lasting', name)
      put(path, `#!/bin/sh\ntrap "" HUP TERM\nwhile :; do sleep 0.1; done\n`)
      chmodSync(path, 0o755)
      return path
    },
    leave: ({ command: [program = '', ...words], folder, env = {} }) => {
      const options = { cwd: folder, env: { ...town.env, ...env }, detached: true, stdio: 'ignore' } as const
      const child = spawn(program, words, options)
      if (child.pid === undefined) throw new Error(`${program} does not start`)
      return endLater(child.pid)
    },
    end: async () => {
      // A later process may have got the same pid.
      for (const [pid, at] of started) if (processOf(pid)?.startTime === at) end(pid)
      await town.end()
    },
  }
}

export const deedsOf = ({ stdout }: Check): readonly string[] =>
  readDocument(stdout).actions.map(({ kind, agent, outcome }) => `${kind} ${agent} ${outcome}`)

export const findingOf = ({ stdout }: Check, who: string) =>
  readDocument(stdout).findings.find(({ agent }) => agent === who)

export const reasonsOf = ({ stdout }: Check): readonly string[] => readDocument(stdout).blindSpots.map(({ why }) => why)

/** Whether a process is there and not only waiting to be collected. */
export const runs = (pid: number): boolean => !['Z', undefined].includes(processOf(pid)?.state)
