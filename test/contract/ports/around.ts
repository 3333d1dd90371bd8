import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import type { Command, CommandResult, Commands } from '../../../src/ports/command.js'

/** A folder of a test's own, gone when it ends. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'gt-heartbeat-ports-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Waits until something holds, 10 s at most. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`10 s have passed and this does not hold: ${holds}`)
    await sleep(10)
  }
}

/** A stub program in a folder, a shell script. */
export function stub(folder: string, name: string, script: string): string {
  const path = join(folder, name)
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  return path
}

export const path = process.env['PATH'] ?? '/usr/bin:/bin'

/** Runs a program with what most tests need. */
export const run = (
  commands: Commands,
  program: string,
  args: readonly string[],
  rest: Partial<Command> = {},
): Promise<CommandResult> => commands.run({ program, args, cwd: '/', env: { PATH: path }, deadline: 20_000, ...rest })

/** Whether a process lives; one that nobody has collected yet does not. */
export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  return true
}
