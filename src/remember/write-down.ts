import { join } from 'node:path'
import { idleSince } from '../domain/activity.js'
import { noteAttention } from '../domain/attention.js'
import { afterLook } from '../domain/bookkeeping.js'
import { isResult, type Turn } from '../domain/lasting.js'
import type { Ledger } from '../domain/ledger.js'
import { changesSession } from '../domain/plan.js'
import type { BlindSpot, Snapshot } from '../domain/snapshot.js'
import { addFolder } from '../ports/files.js'
import type { Town } from '../town.js'
import { type Heartbeat, isComplete } from './account.js'
import { raiseAlarm } from './alarm.js'
import { writeMetrics } from './metrics.js'
import { isNews, writeNext } from './next-check.js'
import { isDaemons, type OwnFiles, sweep } from './own-files.js'
import { writeNextInState, writeState } from './state-file.js'
import { tellEnd, tellWhatHappened } from './tell.js'
import { turnFor } from './turn.js'
import { writeTownFile } from './write-town-file.js'

/** Everything that is written after a check, the appointment last of all. Returns what could not be written, and why. */
export async function writeDown(town: Town, heartbeat: Heartbeat, own: OwnFiles) {
  const turn = turnFor(town, heartbeat)
  tellWhatHappened(town, heartbeat, turn)
  const lasting = await sayAlarm(town, heartbeat, turn)
  return [
    ...attempt('daemon/heartbeat/ledger.json', () =>
      town.ledger.change((ledger) => ledgerAfter({ ...ledger, conditions: lasting }, town, heartbeat)),
    ),
    ...attempt('daemon/state.json', () => tellEnd(town, heartbeat, writeStateAfter(town, heartbeat, own))),
    ...attempt(
      'daemon/heartbeat/town.json',
      () => town.flaw ?? writeTownFile(town, own.townFile, socketOf(town, heartbeat)),
    ),
    ...attempt('the metrics file', () => writeMetrics(town, heartbeat)),
    ...attempt('daemon/requests', () => addFolder(join(town.root, 'daemon/requests'))),
    ...attempt('left-over temporary files', () => sweep(town)),
    ...attempt('daemon/heartbeat/next', () => isNews(town, heartbeat.next) && writeNext(town, heartbeat)),
    // After that file: it hides what was dropped before it was written.
    ...attempt('daemon/requests', () => town.requests.callAgain()),
  ]
}

function attempt(what: string, write: () => unknown): readonly BlindSpot[] {
  try {
    write()
    return []
  } catch (error) {
    return [{ what, why: `cannot be written: ${error instanceof Error ? error.message : error}` }]
  }
}

/** Runs `onFailure` when the town became critical or unknown; returns what lasts, without what could not be said. Where checks come by
 *  themselves `report-failure` runs it, once three in a row have failed. */
async function sayAlarm(town: Town, heartbeat: Heartbeat, { begun, lasting }: Turn) {
  const news = town.trigger === 'manual' ? begun.find(({ key }) => isResult(key)) : undefined
  const complaint = news === undefined ? undefined : await raiseAlarm(town, heartbeat)
  if (news === undefined || complaint === undefined) return lasting
  town.log.line(`Warning: ${complaint}`)
  return Object.fromEntries(Object.entries(lasting).filter(([key]) => key !== news.key))
}

/** Behind a closed gate no agent should run. */
function afterSnapshot(ledger: Ledger, snapshot: Snapshot, { gate, ...course }: Heartbeat): Ledger {
  const seen = afterLook(ledger, snapshot, course.outcomes)
  return noteAttention(seen, snapshot, gate.open ? course : { ...course, findings: [], blindSpots: [] })
}

function ledgerAfter(before: Ledger, town: Town, heartbeat: Heartbeat): Ledger {
  const { dialect, activity } = town
  const { snapshot, next, endedAt } = heartbeat
  // What a run leaves itself in the activity files is known by its times: from before its first child.
  const run = { startedAt: Math.min(town.startedAt, activity.at), endedAt }
  const { activityAt } = idleSince(dialect.activityStamps(activity), before, activity.at)
  const ledger = activityAt === undefined ? before : { ...before, activityAt }
  if (town.mode === 'lifecycle') return { ...ledger, lastPass: run }
  const seen = snapshot === undefined ? ledger : afterSnapshot(ledger, snapshot, heartbeat)
  const lastCheck = { ...run, intervalSeconds: next.intervalSeconds }
  return { ...seen, lastCheck, ...(isComplete(heartbeat) ? { lastComplete: lastCheck } : {}) }
}

/** The number of this heartbeat; undefined when the check was none, or the state file cannot be read or is a resident daemon's. */
function writeStateAfter(town: Town, heartbeat: Heartbeat, { state, blindSpots }: OwnFiles): number | undefined {
  const { next, endedAt } = heartbeat
  if (isDaemons(heartbeat) || blindSpots.some(isStateFile)) return undefined
  const isHeartbeat = town.mode === 'heartbeat' && isComplete(heartbeat)
  if (isHeartbeat) return writeState(town.root, state, { startedAt: town.startedAt, endedAt, next })
  if (isNews(town, next)) writeNextInState(town.root, state, next)
  return undefined
}

const isStateFile = ({ what }: BlindSpot): boolean => what.endsWith('state.json')

/** The socket on which this town's sessions stand now: where they were seen, or where this check made one. */
function socketOf({ tmux }: Town, { gate, snapshot, outcomes }: Heartbeat): string | undefined {
  if (!gate.open && gate.reason === 'other-socket') return undefined
  const made = outcomes.some(
    ({ action, outcome }) => outcome === 'done' && changesSession(action) && action.kind !== 'shutdown',
  )
  return snapshot?.seenOn ?? (made ? tmux.socket : undefined)
}
