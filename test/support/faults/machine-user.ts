import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { TestContext } from 'vitest'
import type { FakeTown } from '../fake-town.js'
import { PROGRAM } from '../run-check.js'

/** Folders above the stage that only their owner may enter, opened for passing through. Returns what closes them again. */
function letIn(path: string): () => void {
  const { mode } = statSync(path)
  const above = dirname(path) === path ? () => undefined : letIn(dirname(path))
  if ((mode & 0o001) !== 0) return above
  chmodSync(path, mode | 0o011)
  return () => {
    chmodSync(path, mode)
    above()
  }
}

/** A town that belongs to a user who is not root, and to whom no other process belongs. */
export interface TownOfSomebody {
  /** The words that run a program as this user; more of them may follow. */
  readonly under: readonly string[]
  end(): void
}

/** Gives a town to somebody; a test that cannot is skipped. */
export function asSomebody(ctx: TestContext, town: FakeTown): TownOfSomebody {
  if (process.getuid?.() !== 0) ctx.skip('needs root, who may act as another user')
  const uid = String(200_000 + (process.pid % 100_000))
  const end = letIn(dirname(town.stage))
  execFileSync('chown', ['-R', `${uid}:${uid}`, town.stage])
  const under = ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--']
  const [program = '', ...words] = [...under, process.execPath, PROGRAM, '--version']
  if (spawnSync(program, words, { env: town.env }).status === 0) return { under, end }
  end()
  return ctx.skip(`needs util-linux (setpriv), and node and ${join(PROGRAM, '..')} where another user may read them`)
}
