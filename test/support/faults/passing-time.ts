import { type CheckDocument, readDocument } from '../check-document.js'
import type { FakeTown } from '../fake-town.js'
import { long } from './form.js'
import { type Watched, watched } from './watched.js'

/** A machine may be busy with other things, ms. */
export const patience = long ? 3 * 3600_000 : 300_000

/** A check at some time to come. */
export interface LaterCheck extends Watched {
  readonly document: CheckDocument
  /** When it began, epoch ms. */
  readonly at: number
}

/** Time that passes for the checks of a town as fast as they can be made. Everything a check remembers is of that time; what others write is
 *  of now, and so as old as it has to be. */
export interface PassingTime {
  now(): number
  pass(ms: number): void
  check(...words: readonly string[]): Promise<LaterCheck>
  /** Checks at the times that each sets for the next, for so long. */
  checksFor(ms: number): Promise<readonly LaterCheck[]>
}

export function passingTime(town: FakeTown): PassingTime {
  let ahead = 0
  const now = (): number => Date.now() + ahead
  const pass = (ms: number): void => {
    ahead += ms
  }
  const check = async (...words: readonly string[]): Promise<LaterCheck> => {
    const at = now()
    const seen = await watched(town, words.length === 0 ? ['--once', '--json'] : [...words, '--json'], ahead)
    return { ...seen, at, document: readDocument(seen.stdout) }
  }
  const checksFor = async (ms: number): Promise<readonly LaterCheck[]> => {
    const checks: LaterCheck[] = []
    for (const end = now() + ms; now() < end; ) {
      const one = await check()
      checks.push(one)
      pass(Math.max(0, Date.parse(one.document.next.at) - now()))
    }
    return checks
  }
  return { now, pass, check, checksFor }
}
