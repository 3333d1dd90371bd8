import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Run } from './real-town.js'
import { put } from './town-folder.js'

/** The rig with prefix `gt`: it has agent beads. */
export const RIG = 'gastown'
/** A rig with another prefix: bd of that time refuses agent beads for it, and it has no database. */
export const OTHER_RIG = 'other'
/** The polecat of the first rig. (gt looks for a lower-case session when it slings.) */
export const POLECAT = 'rictus'
/** The bead on its hook. */
export const WORK = 'gt-w1'

/** A bare repository, since bd pushes to it, with one commit on `main`. */
export function makeOrigin(base: string, run: Run): string {
  const first = join(base, 'first')
  put(join(first, 'README.md'), 'a project\n')
  const git = (...words: readonly string[]): string => run('git', words, { cwd: first })
  git('init', '-q', '-b', 'main')
  git('add', '.')
  git('commit', '-q', '-m', 'The first')
  git('clone', '-q', '--bare', first, join(base, 'origin'))
  return join(base, 'origin')
}

/** `gt doctor --fix` is what makes agent beads in a rig whose database came later; it would start a daemon where none runs. */
function makeAgentBeads(root: string, run: Run): void {
  const pidFile = join(root, 'daemon/daemon.pid')
  put(pidFile, String(process.pid))
  run('gt', ['doctor', '--fix'])
  rmSync(pidFile)
}

/** A town of one rig without a database of its own, as a newcomer's first hour leaves it. */
export function buildFreshTown(origin: string, root: string, run: Run): void {
  run('gt', ['install', root, '--name', 'fresh'], { cwd: origin })
  run('gt', ['rig', 'add', OTHER_RIG, `file://${origin}`, '--prefix', 'ot'], { cwd: root })
}

/**
 * At `root`: a rig with prefix `gt`, a database, agent beads and a polecat with work on its hook; a second rig with another
 * prefix and no beads. Only the two settings that gt leaves to its user (bd's database, the redirect) are made by hand.
 */
export function buildTown(base: string, root: string, run: Run): void {
  const origin = makeOrigin(base, run)
  const issues = join(root, RIG, 'mayor/rig')
  run('gt', ['install', root, '--name', 'real'], { cwd: base })
  run('gt', ['rig', 'add', RIG, `file://${origin}`, '--prefix', 'gt'])
  run('bd', ['init', '--prefix', 'gt', '--quiet', '--skip-hooks', '--skip-merge-driver'], { cwd: issues })
  writeFileSync(join(root, RIG, '.beads/redirect'), 'mayor/rig/.beads\n')
  makeAgentBeads(root, run)
  run('gt', ['rig', 'add', OTHER_RIG, `file://${origin}`, '--prefix', 'ot'])
  run('bd', ['create', 'Mend the pump', '-d', 'It leaks.', '--id', WORK, '--type', 'task'], { cwd: issues })
  run('gt', ['polecat', 'add', RIG, POLECAT])
  run('gt', ['session', 'start', `${RIG}/${POLECAT}`])
  run('gt', ['sling', WORK, `${RIG}/${POLECAT}`], { cwd: issues })
}
