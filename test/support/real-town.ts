import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { end, processesOf } from './leftovers.js'
import type { RealPrograms } from './real-programs.js'
import { emptyFolder, keep, makePlace, type Place } from './real-town-place.js'
import { buildTown, RIG } from './real-town-steps.js'
import { type Ending, runProgram } from './run-check.js'
import type { Call } from './stand-ins.js'
import type { Environment } from './town-folder.js'
import { waitFor } from './wait-for.js'

/** A check that has ended, and the programs it started itself, as recorders in front of them wrote down. */
export interface RealCheck extends Ending {
  readonly children: readonly Call[]
  readonly ms: number
}

/** Runs one of the town's programs to its end and returns its stdout; throws what it said when it fails. */
export type Run = (program: string, words: readonly string[], where?: Where) => string

export interface Where {
  readonly cwd?: string
  /** Added to the environment: who speaks, say. */
  readonly env?: Environment
}

/** A town that the real gt and bd made. */
export interface RealTown extends Place {
  /** Where the first rig keeps its issues, the town agents' too. */
  readonly issues: string
  readonly run: Run
  /** Every start of `claude`, in order: its words, folder and environment. */
  claudes(): readonly Call[]
  /** `gt-heartbeat --once --json` with these further words. */
  check(...words: readonly string[]): Promise<RealCheck>
  /** The same for another town of this home. */
  checkAt(folder: string): Promise<RealCheck>
  /** As it was when it had just been made: nobody runs, files and records are the first ones. */
  reset(): Promise<void>
  /** Ends all that runs in it and removes it. */
  remove(): Promise<void>
}

/** Ends all that has to do with this folder. */
export async function endAll(base: string): Promise<void> {
  for (const { pid } of processesOf(base)) end(pid)
  await waitFor('nobody is left in the town', () => processesOf(base).length === 0)
}

/** Runs programs in the town: bd without a daemon of its own, unless `where` says otherwise. */
export const runIn =
  ({ root, env, programs }: Pick<Place, 'root' | 'env' | 'programs'>): Run =>
  (program, words, where = {}) =>
    execFileSync(join(programs.bin, program), words, {
      cwd: where.cwd ?? root,
      env: { ...env, BEADS_AUTO_START_DAEMON: 'false', ...where.env },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })

/** A check of the town at `root`, in the environment of this place. */
export async function checkIn({ env, programs }: Place, root: string, words: readonly string[]): Promise<RealCheck> {
  const begun = performance.now()
  const ending = await runProgram(['--once', '--json', '--town', root, ...words], { env, cwd: root })
  const children = programs.calls().filter(({ parent }) => parent === ending.pid)
  return { ...ending, children, ms: performance.now() - begun }
}

/** Ends all that runs there and removes it. */
export async function remove(base: string): Promise<void> {
  await endAll(base)
  rmSync(base, { recursive: true, force: true, maxRetries: 3 })
}

/** Makes the town; takes some seconds. See `buildTown` for what stands in it. */
export async function makeRealTown(real: RealPrograms): Promise<RealTown> {
  const place = makePlace(real)
  const { base, root, programs } = place
  const run = runIn(place)
  try {
    buildTown(base, root, run)
  } catch (error) {
    await remove(base)
    throw error
  }
  await endAll(base)
  emptyFolder(join(base, 'calls'))
  const restore = keep(base, ['home', 'spoilt', 'origin', 'first'])
  return {
    ...place,
    issues: join(root, RIG, 'mayor/rig'),
    run,
    claudes: () => programs.calls().filter(({ program }) => program === 'claude'),
    check: (...words) => checkIn(place, root, words),
    checkAt: (folder) => checkIn(place, folder, []),
    reset: async () => {
      await endAll(base)
      restore()
      emptyFolder(join(base, 'calls'))
    },
    remove: () => remove(base),
  }
}
