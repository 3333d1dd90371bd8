import type { Ledger } from '../domain/ledger.js'

/** After so long without a check all ages are wrong at first, ms; more than two intervals must have passed as well. */
const longGap = 30 * 60_000

/** Whether the last complete check is longer ago than it should be (sleep, power off), or took longer: the machine slept in the
 *  middle of it. A check in between that observed nothing does not end the gap. The first check ever is no such one. */
export function isAfterGap({ lastComplete }: Ledger, startedAt: number): boolean {
  if (lastComplete === undefined) return false
  const gap = Math.max(startedAt - lastComplete.endedAt, lastComplete.endedAt - lastComplete.startedAt)
  return gap >= longGap && gap > 2 * lastComplete.intervalSeconds * 1000
}
