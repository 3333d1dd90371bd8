import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Environment } from '../support/town-folder.js'

/** Where things are measured. */
export interface Site {
  /** A folder for what is needed meanwhile. */
  readonly stage: string
  readonly root: string
  readonly env: Environment
}

/** A command line whose cost is to be known. */
export interface Subject {
  readonly name: string
  readonly words: readonly string[]
  /** Where it is said and with which variables, where those are not the town's own. */
  readonly cwd?: string
  readonly env?: Environment
  /** What it must exit with; anything else is no measurement. */
  readonly exitCode?: number
}

/** What one run of a node program tells of itself. */
export interface Insight {
  /** Milliseconds of processor time of its own, without its children's. */
  readonly cpu: number
  /** The most that it ever held, MiB. */
  readonly memory: number
  /** Pages of memory that it touched where none was yet, or where it shared one with a child. */
  readonly faults: number
  readonly children: number
  /** Milliseconds from its beginning to its first child, and from the end of its last child to its own. */
  readonly firstChild?: number
  readonly afterLastChild?: number
  /** Bytes that it had read when it ended, and when its first child was started. */
  readonly read: number
  readonly readByFirst?: number
}

const probe = fileURLToPath(new URL('probe.cjs', import.meta.url))

/** Runs it once in a town and returns how many milliseconds that took from outside. Throws when it ended otherwise than it should. */
export function time({ words, exitCode = 0, name, ...its }: Subject, site: Site): number {
  const [program = '', ...args] = words
  const [cwd, env] = [its.cwd ?? site.root, its.env ?? site.env]
  const begun = performance.now()
  const { status, stderr } = spawnSync(program, args, { env, cwd, stdio: ['ignore', 'ignore', 'pipe'] })
  const took = performance.now() - begun
  if (status !== exitCode) throw new Error(`${name} exited with ${status}: ${stderr}`)
  return took
}

/** Runs a node program once with the probe in it. */
export function lookInto({ words, exitCode = 0, name }: Subject, { env, root, stage }: Site): Insight {
  const told = join(stage, 'probe.json')
  rmSync(told, { force: true })
  const [program = '', ...args] = words
  const { status, stderr } = spawnSync(program, ['--require', probe, ...args], {
    env: { ...env, BENCH_PROBE: told },
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  if (status !== exitCode) throw new Error(`${name} exited with ${status}: ${stderr}`)
  return JSON.parse(readFileSync(told, 'utf8'))
}

const touches = `const memory = Buffer.allocUnsafeSlow(2 ** 26)
const begun = performance.now()
for (let at = 0; at < memory.length; at += 4096) memory[at] = 1
console.log(((performance.now() - begun) * 1000 * 4096) / memory.length)`

/** What 4 KiB of memory cost here that nobody has touched yet, microseconds: 28 were seen on a machine within a machine, and a check touches ten
 *  megabytes. */
export function costOfTouching(): number {
  const told = Array.from({ length: 5 }, () => spawnSync(process.execPath, ['-e', touches], { encoding: 'utf8' }))
  return figureOf(told.map(({ stdout }) => Number(stdout))).median
}

/** The middle of some numbers, and how far they lie apart. */
export interface Figure {
  readonly median: number
  readonly least: number
  readonly most: number
  readonly runs: number
}

/** Throws when there are none. */
export function figureOf(numbers: readonly number[]): Figure {
  const sorted = numbers.toSorted((one, other) => one - other)
  const at = (part: number): number => sorted[Math.round((sorted.length - 1) * part)] ?? Number.NaN
  return { median: at(0.5), least: at(0), most: at(1), runs: sorted.length }
}
