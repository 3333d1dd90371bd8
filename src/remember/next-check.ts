import { capsOf } from '../domain/caps.js'
import { type Cap, type Next, nextHeartbeat, soonest } from '../domain/schedule.js'
import type { Course } from '../domain/verdict.js'
import { bringForward, writeAppointment, writeInterval } from '../ports/write-appointment.js'
import type { Town } from '../town.js'
import type { Heartbeat, Looked } from './account.js'
import { standingNext } from './standing-next.js'

/** What the next check is reckoned from. */
export interface Reckoning extends Looked {
  readonly course: Course
  /** Epoch ms. */
  readonly endedAt: number
}

/** When the next heartbeat is due after this check. */
export function nextAfter(town: Town, reckoning: Reckoning): Next {
  return town.mode === 'heartbeat' ? afterHeartbeat(town, reckoning) : afterRequests(town, reckoning)
}

function afterHeartbeat({ settings, startedAt }: Town, { gate, snapshot, plan, course, endedAt }: Reckoning): Next {
  const closed = gate.open ? undefined : gate.because
  const caps = capsOf(course, { now: endedAt, closed, reportAt: plan.reportAt })
  const idleSeconds = snapshot?.idleSeconds ?? null
  return nextHeartbeat({ startedAt, now: endedAt, idleSeconds, intervals: settings.intervals }, caps)
}

/** A pass over lifecycle requests is no heartbeat: it may only bring the next one forward. Closed out, it comes again in a minute. */
function afterRequests({ root, startedAt }: Town, { gate, snapshot, course, endedAt }: Reckoning): Next {
  const caps = capsOf(course, { now: endedAt, closed: undefined })
  const all: readonly Cap[] = gate.open ? caps : [...caps, { within: soonest, because: gate.because }]
  const standing = standingNext(root, endedAt)
  if (all.length === 0) return standing
  const intervals = [{ below: null, next: Number.POSITIVE_INFINITY }]
  const idleSeconds = snapshot?.idleSeconds ?? null
  const next = nextHeartbeat({ startedAt, now: endedAt, idleSeconds, intervals }, all)
  return standing.at <= next.at && standing.intervalSeconds > 0 ? standing : next
}

/** Whether the next heartbeat is another one than before: always after a heartbeat; a pass over requests may have left it as it was. */
export function isNews(town: Town, next: Next): boolean {
  if (town.mode === 'heartbeat') return true
  return next.intervalSeconds > 0 && next.at !== standingNext(town.root, next.at).at
}

/** Writes the next heartbeat down. */
export function writeNext({ root, mode, startedAt, settings }: Town, { next, endedAt }: Heartbeat): void {
  if (mode === 'lifecycle') {
    bringForward(root, next)
  } else {
    writeInterval(root, next)
    writeAppointment(root, next, { startedAt, endedAt, intervals: settings.intervals })
  }
}
