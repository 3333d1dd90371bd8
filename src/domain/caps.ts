import type { Outcome } from './action.js'
import { attentionOf } from './attention.js'
import { changesSession } from './plan.js'
import { type Cap, shortly, soonest } from './schedule.js'
import type { Finding } from './snapshot.js'
import type { Course } from './verdict.js'

/** What else decides when the next check comes. `closed`: why the gate was, if it was. `reportAt`: see Plan. Epoch ms. */
interface Moment {
  readonly now: number
  readonly closed: string | undefined
  readonly reportAt?: number | undefined
}

/** What makes the next check come sooner than idleness alone would have it. */
export function capsOf(course: Course, { now, closed, reportAt }: Moment): readonly Cap[] {
  const caps: Cap[] = []
  if (closed !== undefined) caps.push({ within: shortly, because: closed })
  const spot = course.blindSpots[0]
  if (spot !== undefined) caps.push({ within: shortly, because: `${spot.what} could not be seen` })
  if (reportAt !== undefined)
    caps.push({ within: reportAt - now, because: 'then an agent that does not run is reported' })
  return [
    ...caps,
    ...course.outcomes.flatMap(capOf),
    ...course.findings.flatMap((finding) => capsOfFinding(finding, now)),
  ]
}

function capOf({ action, outcome }: Outcome): readonly Cap[] {
  if (outcome === 'deferred') {
    const because = `put off: ${action.deferred?.because ?? 'not now'}`
    if (action.deferred?.soon) return [{ within: soonest, because }]
    return action.kind === 'start' ? [{ within: shortly, because }] : []
  }
  if (outcome === 'failed') return [{ within: shortly, because: 'something failed' }]
  return changesSession(action) ? [{ within: shortly, because: 'an agent was started or ended' }] : []
}

function capsOfFinding(finding: Finding, now: number): readonly Cap[] {
  const { until, agent } = finding
  if (until !== undefined) return [{ within: until - now, because: `then ${agent ?? 'it'} may be tried again` }]
  // What blocks an agent can end at any time.
  return attentionOf(finding) ? [{ within: shortly, because: `${agent ?? 'an agent'} does not run` }] : []
}
