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
  if (closed !== undefined) caps.push(regular(closed))
  const spot = course.blindSpots[0]
  if (spot !== undefined) caps.push(regular(`${spot.what} could not be seen`))
  if (reportAt !== undefined)
    caps.push({ within: reportAt - now, because: 'then an agent that does not run is reported' })
  return [
    ...caps,
    ...course.outcomes.flatMap(capOf),
    ...course.findings.flatMap((finding) => capsOfFinding(finding, now)),
  ]
}

const regular = (because: string): Cap => ({ within: shortly, because, isRegular: true })

function capOf({ action, outcome }: Outcome): readonly Cap[] {
  if (outcome === 'deferred') {
    const because = `put off: ${action.deferred?.because ?? 'not now'}`
    if (action.deferred?.soon) return [{ within: soonest, because }]
    return action.kind === 'start' ? [regular(because)] : []
  }
  if (outcome === 'failed') return [regular('something failed')]
  return changesSession(action) ? [regular('an agent was started or ended')] : []
}

function capsOfFinding(finding: Finding, now: number): readonly Cap[] {
  const { until, agent } = finding
  if (until !== undefined) return [{ within: until - now, because: `then ${agent ?? 'it'} may be tried again` }]
  // What blocks an agent can end at any time.
  return attentionOf(finding) ? [regular(`${agent ?? 'an agent'} does not run`)] : []
}
