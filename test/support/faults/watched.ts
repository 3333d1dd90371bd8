import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Check, FakeTown } from '../fake-town.js'

/** A file that the check opened by its name. */
export interface Opened {
  readonly path: string
  readonly writes: boolean
  /** A link in its place would have been followed. */
  readonly followsLinks: boolean
}

/** A check as it was seen from inside its process. */
export interface Watched extends Check {
  readonly opened: readonly Opened[]
  /** The most memory that it held, KiB. */
  readonly peak: number
  /** Descriptors that were open at its end. */
  readonly descriptors: number
}

const observer = fileURLToPath(new URL('../programs/observer.cjs', import.meta.url))

/** Runs the built program in a town and watches what it opens, what memory it takes, and what it leaves open. `ahead`: its clock runs so many
 *  milliseconds ahead. */
export async function watched(town: FakeTown, args: readonly string[], ahead = 0): Promise<Watched> {
  const notes = join(town.stage, 'observed.json')
  const env = { ...town.env, NODE_OPTIONS: `--require=${observer}`, OBSERVED: notes, AHEAD: String(ahead) }
  const check = await town.run(args, { env })
  const seen: Omit<Watched, keyof Check> = JSON.parse(readFileSync(notes, 'utf8'))
  rmSync(notes)
  return { ...check, ...seen }
}
