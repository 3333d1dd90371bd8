import { type End, failingAs, hasFailed, isOfRow, type Row, rowOf } from '../domain/failing.js'
import { type FailureNews, oneLine } from '../domain/failure-letter.js'
import type { Failures } from '../remember/failures-file.js'
import type { PastCheck } from '../remember/read-history.js'
import { becauseOf, brokenBecause } from './because.js'

/** What is known when a failure is reported. */
export interface Report {
  /** The town, or where one was looked for. */
  readonly town: string
  /** Epoch ms. */
  readonly now: number
  /** What the check exited with, if whoever reports knows. */
  readonly exitCode: number | undefined
  /** Somebody saw a check fail; a person who asks did not. */
  readonly sawOne: boolean
  /** Why there is no town to be checked, if that is so. */
  readonly noTown: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
}

/** How it stands with the checks of a town. */
export interface Account {
  /** Undefined: the last check went well. */
  readonly news: FailureNews | undefined
  /** What is to be remembered, whoever is told. */
  readonly failures: Failures
}

/** A failure without a line in the history belongs to a row for so long, milliseconds: twice the longest time between checks. */
const brokenLasts = 2 * 60 * 60 * 1000

/** Counts what the history and earlier reports know, and this one. What was told before a check went well is forgotten. */
export function accountFor(report: Report, history: readonly PastCheck[], before: Failures): Account {
  const past = inOrder(history, report.now)
  const newest = past.at(-1)
  const isNews = newest !== undefined && hasFailed(newest.check.exitCode) && newest.check.run !== before.newest
  const broken = brokenOnes(report, before, isNews)
  const row = rowOf([...past.filter(isHeartbeat).map(endOf), ...broken.map(({ at, exitCode }) => ends(at, exitCode))])
  // Told at a time that is still to come: by a clock that ran ahead, and nobody can tell of which row.
  const told = Object.fromEntries(
    Object.entries(before.told).filter(([, { at }]) => at <= report.now && isOfRow(row, at)),
  )
  const failures = { ...before, newest: isNews ? newest.check.run : before.newest, broken, told }
  return { news: newsOf(report, past, row), failures }
}

/** The checks in the order in which they were written down: the time of one that is dated after a later one, or after now, comes
 *  from a clock that ran ahead. */
function inOrder(past: readonly PastCheck[], now: number): readonly PastCheck[] {
  let latest = now
  const newestFirst = past.toReversed().map((one) => {
    latest = Math.min(latest, endOf(one).at)
    return { ...one, check: { ...one.check, at: new Date(Math.max(0, latest - one.check.durationMs)).toISOString() } }
  })
  return newestFirst.toReversed()
}

function newsOf(report: Report, past: readonly PastCheck[], { failed }: Row): FailureNews | undefined {
  const last = failed.at(-1)
  if (last === undefined) return undefined
  return {
    town: report.town,
    failing: failingAs(last.exitCode),
    exitCode: last.exitCode,
    inARow: failed.length,
    since: failed[0]?.at ?? last.at,
    because: reasons(report, past, last).map(oneLine),
  }
}

/** Those before that may still be of this row, and this one when the history does not have it. */
function brokenOnes({ now, exitCode, sawOne }: Report, { broken }: Failures, isNews: boolean): Failures['broken'] {
  const recent = broken.filter(({ at }) => at <= now && now - at < brokenLasts)
  return sawOne && !isNews ? [...recent, { at: now, exitCode: exitCode ?? null }] : recent
}

const isHeartbeat = ({ check }: PastCheck): boolean => check.mode === 'heartbeat'

const ends = (at: number, exitCode: number | null): End => ({ at, exitCode: exitCode ?? undefined })

const endOf = ({ check }: PastCheck): End => ends(Date.parse(check.at) + check.durationMs, check.exitCode)

function reasons({ noTown, exitCode, env }: Report, past: readonly PastCheck[], last: End): readonly string[] {
  if (noTown !== undefined) return [noTown]
  const check = past.findLast((one) => isHeartbeat(one) && endOf(one).at === last.at)
  return check === undefined ? [brokenBecause(exitCode, env)] : becauseOf(check)
}
