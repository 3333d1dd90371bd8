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
  if (findings.some(({ wantsPerson }) => wantsPerson) || outcomes.some(isWeighty)) return 'warning'
  return 'ok'
}

/** Whether what was put off is a warning: a start, since its agent should run; a request, unless only time was short. */
export function isWeighty({ action, outcome }: Outcome): boolean {
  if (outcome !== 'deferred') return false
  const isRequest = action.kind === 'cycle' || action.kind === 'restart' || action.kind === 'shutdown'
  return action.kind === 'start' || (isRequest && action.deferred?.soon !== true)
}
