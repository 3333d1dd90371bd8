import type { Outcome, Plan } from './action.js'
import type { BlindSpot } from './snapshot.js'

/** What an open gate lets a check come to: the words of its exit codes 0, 1, 2, 3 and 69. */
export type Result = 'ok' | 'warning' | 'critical' | 'unknown' | 'unavailable'

/** All that decides how a check went. */
export interface Course {
  readonly outcomes: readonly Outcome[]
  readonly blindSpots: readonly BlindSpot[]
  readonly findings: Plan['findings']
}

/** The worst that happened, in this order: a repair failed, a program is missing, something could not be seen, a person is wanted, nothing. */
export function resultOf({ outcomes, blindSpots, findings }: Course): Result {
  if (outcomes.some(({ outcome }) => outcome === 'failed')) return 'critical'
  if (blindSpots.some(({ missingProgram }) => missingProgram !== undefined)) return 'unavailable'
  if (blindSpots.length > 0) return 'unknown'
  if (findings.some(({ wantsPerson }) => wantsPerson) || outcomes.some(isRequestPutOff)) return 'warning'
  return 'ok'
}

/** A request that could not be carried out now, and not merely for want of time. */
function isRequestPutOff({ action, outcome }: Outcome): boolean {
  const asked = action.kind === 'cycle' || action.kind === 'restart' || action.kind === 'shutdown'
  return asked && outcome === 'deferred' && action.deferred?.soon !== true
}
