import { spawn, spawnSync } from 'node:child_process'
import type { TestContext } from 'vitest'
import { ended, type Said } from '../child-words.js'
import type { FakeTown } from '../fake-town.js'
import { PROGRAM } from '../run-check.js'

/** A user id that no machine's user database knows. */
export const stranger = 4242

export interface AsWhom {
  /** In octal. */
  readonly umask?: string
  readonly uid?: number
  readonly env?: Readonly<Record<string, string>>
}

/** As another user, who may pass through folders that are closed to everybody, such as that of the tests. */
const become = (uid: number): readonly string[] => {
  const id = String(uid)
  const caps = ['--inh-caps=+dac_read_search', '--ambient-caps=+dac_read_search']
  return ['setpriv', `--reuid=${id}`, `--regid=${id}`, '--clear-groups', ...caps, '--']
}

/** Runs the built program in a town, under a umask, as somebody. */
export function runAs(
  town: FakeTown,
  args: readonly string[],
  { umask = '022', uid, env = {} }: AsWhom,
): Promise<Said> {
  const words = ['sh', '-c', 'umask "$0" && exec "$@"', umask, process.execPath, PROGRAM, '--town', town.root, ...args]
  const [program = '', ...rest] = uid === undefined ? words : [...become(uid), ...words]
  return ended(spawn(program, rest, { env: { ...town.env, ...env }, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] }))
}

/** Skips a test where nobody can become another user. */
export function needsTwoUsers(test: TestContext): void {
  if (process.getuid?.() !== 0) test.skip('needs root, to be another user')
  const [program = '', ...words] = [...become(stranger), process.execPath, PROGRAM, '--version']
  const tried = spawnSync(program, words, { encoding: 'utf8' })
  if (tried.error || tried.status !== 0)
    test.skip(`needs setpriv, and a program that others may run: ${tried.error?.message ?? tried.stderr}`)
}
