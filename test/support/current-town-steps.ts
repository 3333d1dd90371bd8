import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Run } from './real-town.js'
import { makeOrigin } from './real-town-steps.js'

/** The rig, and its prefix. */
export const RIG = 'demo'
export const PREFIX = 'de'
/** The name that gt gives to the first polecat of this rig. */
export const POLECAT = 'rust'
export const CREW = 'joe'
export const WORKER_BEAD = `${PREFIX}-${RIG}-polecat-${POLECAT}`
/** The bead on the polecat's hook. */
export const WORK = `${PREFIX}-w1`

export interface Site {
  readonly base: string
  readonly root: string
  readonly run: Run
  /** For its Dolt server. */
  readonly port: number
}

/** At `root`: a Dolt server, a rig with a crew worker, and a polecat with work on its hook. All by gt and bd, nothing by hand. */
export function buildCurrentTown({ base, root, run, port }: Site): void {
  const origin = makeOrigin(base, run)
  const rig = join(root, RIG)
  run('gt', ['install', root, '--name', 'real', '--dolt-port', String(port)], { cwd: base })
  run('gt', ['rig', 'add', RIG, `file://${origin}`, '--prefix', PREFIX])
  run('bd', ['create', 'Mend the pump', '-d', 'It leaks.', '--id', WORK, '--type', 'task'], { cwd: rig })
  run('gt', ['crew', 'add', CREW, '--rig', RIG])
  run('gt', ['sling', WORK, RIG, '--no-boot'])
  const polecats = readdirSync(join(rig, 'polecats')).filter((name) => !name.startsWith('.'))
  if (polecats.join() !== POLECAT) throw new Error(`gt called the polecat ${polecats.join()}`)
}
