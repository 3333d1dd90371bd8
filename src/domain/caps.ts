import type { Outcome } from './action.js'
import { changesSession } from './plan.js'
import { type Cap, shortly, soonest } from './schedule.js'
import type { Finding } from './snapshot.js'
import type { Course } from './verdict.js'

/** What makes the next check come sooner than idleness alone would have it. `closed`: why the gate was, if it was. */
export function capsOf(course: Course, { now, closed }: { readonly now: number; readonly closed: string | undefined }) {
  const caps: Cap[] = []
  if (closed !== undefined) caps.push({ within: shortly, because: closed })
  const spot = course.blindSpots[0]
  if (spot !== undefined) caps.push({ within: shortly, because: `${spot.what} could not be seen` })
  return [...caps, ...course.outcomes.flatMap(capOf), ...course.findings.flatMap((finding) => nextTryOf(finding, now))]
}

function capOf({ action, outcome }: Outcome): readonly Cap[] {
  if (outcome === 'deferred') {
    return action.deferred?.soon ? [{ within: soonest, because: `put off: ${action.deferred.because}` }] : []
  }
  if (outcome === 'failed') return [{ within: shortly, because: 'something failed' }]
  return changesSession(action) ? [{ within: shortly, because: 'an agent was started or ended' }] : []
}

function nextTryOf({ until, agent }: Finding, now: number): readonly Cap[] {
  return until === undefined ? [] : [{ within: until - now, because: `then ${agent ?? 'it'} may be tried again` }]
}
