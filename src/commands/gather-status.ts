import { join } from 'node:path'
import { nextTry } from '../domain/backoff.js'
import { type AgentRecord, type Ledger, type PastCheck, recordOf } from '../domain/ledger.js'
import { tierFor } from '../domain/schedule.js'
import type { Backoff } from '../domain/settings.js'
import type { Place } from '../find-town.js'
import { readAppointment } from '../ports/appointment-file.js'
import { namesIn } from '../ports/files.js'
import { openLedger } from '../ports/ledger-file.js'
import { allStoodDown } from '../ports/stand-downs.js'
import type { CheckEntry } from '../remember/history-schema.js'
import { type History, readHistory } from '../remember/read-history.js'
import type { Starter } from '../remember/starter-schema.js'
import type { Status } from '../remember/status-schema.js'
import { readTownFile } from '../remember/town-file.js'

/** So many lines of history are looked through for the last heartbeat. */
const lookBack = 1000

interface Gathered {
  /** Epoch ms. */
  readonly now: number
  /** What starts its checks. */
  readonly starters: readonly Starter[]
  /** Why it is unknown whether anything does. */
  readonly doubt: string | undefined
}

/** How a town stands, from what checks and people wrote down. */
export function gatherStatus({ root, settings, flaw }: Place, { now, starters, doubt }: Gathered): Status {
  const ledger = openLedger(join(root, 'daemon/heartbeat/ledger.json'), { now, readOnly: true })
  const past = readHistory(root, lookBack).checks.findLast(({ check }) => check.mode === 'heartbeat')
  const last = past?.check
  const stoodDown = allStoodDown(root)
  const written = readTownFile(root).value
  const { lastCheck, lastComplete, agents } = ledger.current()
  const overdue = isOverdue(lastCheck, now)
  const unread = [ledger.complaint, stoodDown.known ? undefined : stoodDown.why, doubt].filter(
    (why) => why !== undefined,
  )
  return {
    schema: 1,
    town: { root, dialect: written?.dialect ?? null, socket: written?.socket ?? null },
    at: utc(now),
    lastCheck: lastCheckOf(lastCheck, last, now),
    lastComplete: lastComplete ? whenOf(lastComplete, now) : null,
    overdue,
    nextCheck: nextCheckOf(root, last, now),
    startedBy: [...starters],
    startedByUnknown: doubt ?? null,
    backoff: last ? tierOf(last.next.idleSeconds, settings.intervals) : null,
    stoodDown: stoodDown.known ? stoodDown.value.map((one) => ({ ...one })) : [],
    emergencyStops: emergencyStops(root),
    agents: Object.entries(agents).map(([agent, record]) => ({ agent, ...stateOf(record) })),
    failed: failuresOf(past, (agent) => retryOf(ledger.current(), agent, { now, backoff: settings.backoff })),
    waiting: last?.waiting ?? [],
    deferred: last?.deferred ?? [],
    blindSpots: last?.blindSpots ?? [],
    complaints: [...(flaw?.findings ?? []).map(({ because }) => because), ...unread],
    exitCode: overdue ? 1 : 0,
  }
}

const utc = (at: number): string => new Date(at).toISOString()

type LastCheck = Ledger['lastCheck']

/** Older than two intervals: whatever should have started a check since did not. */
function isOverdue(last: LastCheck, now: number): boolean {
  return last === undefined || now - last.endedAt > 2 * Math.max(60, last.intervalSeconds) * 1000
}

function lastCheckOf(last: LastCheck, line: CheckEntry | undefined, now: number): Status['lastCheck'] {
  if (last === undefined) return null
  return {
    ...whenOf(last, now),
    verdict: line?.verdict ?? null,
    exitCode: line?.exitCode ?? null,
    gate: line?.gate?.because ?? null,
    trigger: line?.trigger ?? null,
  }
}

const whenOf = ({ startedAt, endedAt }: PastCheck, now: number) => ({
  at: utc(startedAt),
  ageSeconds: Math.max(0, Math.floor((now - endedAt) / 1000)),
})

function nextCheckOf(root: string, line: CheckEntry | undefined, now: number): Status['nextCheck'] {
  const { appointment } = readAppointment(root)
  if (appointment === undefined) return null
  const at = appointment.next * 1000
  const isSame = line !== undefined && Date.parse(line.next.at) === at
  return { at: utc(at), inSeconds: Math.ceil((at - now) / 1000), reason: isSame ? line.next.reason : null }
}

function tierOf(idleSeconds: number | null, intervals: Place['settings']['intervals']): Status['backoff'] {
  return { tier: tierFor(idleSeconds, intervals) + 1, of: intervals.length, idleSeconds }
}

function emergencyStops(root: string): string[] {
  const names = namesIn(root)
  return names.known ? (names.value ?? []).filter((name) => name === 'ESTOP' || name.startsWith('ESTOP.')) : []
}

/** What the last heartbeat tried and failed to do. */
function failuresOf(
  past: History['checks'][number] | undefined,
  retryAt: (agent: string) => string | null,
): Status['failed'] {
  const failed = past?.deeds.filter(({ outcome }) => outcome === 'failed') ?? []
  return failed.map(({ kind, agent, error = 'no reason was given' }) => {
    return { kind, agent, error, retryAt: kind === 'start' && agent !== null ? retryAt(agent) : null }
  })
}

/** When an agent is started again; null: the next check does it. */
function retryOf(
  ledger: Ledger,
  agent: string,
  { now, backoff }: { readonly now: number; readonly backoff: Backoff },
): string | null {
  const next = nextTry(recordOf(ledger, agent).starts, now, backoff)
  return next.state === 'free' ? null : utc(next.until)
}

function stateOf({ aliveSince, absentSince, unknownSince, standDown, starts, attention }: AgentRecord) {
  const states = [
    { state: 'stood-down' as const, since: standDown?.since },
    { state: 'alive' as const, since: aliveSince },
    { state: 'absent' as const, since: absentSince },
    { state: 'unknown' as const, since: unknownSince },
    { state: attention?.condition, since: attention?.since },
  ]
  const found = states.find(({ since }) => since !== undefined)
  const since = found?.since === undefined ? null : utc(found.since)
  const tried = starts.filter(({ outcome, forgiven }) => outcome !== 'duplicate' && forgiven !== true)
  const failedStarts = tried.filter(({ outcome }) => outcome === 'failed').length
  return { state: found?.state ?? ('changing' as const), since, starts: tried.length, failedStarts }
}
