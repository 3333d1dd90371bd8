import type { IntervalStep } from './settings.js'

const SECOND = 1000

/** However little there is to do, and however long nothing happened: no check sooner than this after the last one. */
export const soonest = 60 * SECOND

/** After a deed, a failure, a blind spot or a closed gate: the next check comes by then. */
export const shortly = 5 * 60 * SECOND

/** Why the next check must come sooner than idleness alone would have it. */
export interface Cap {
  /** Milliseconds from now. */
  readonly within: number
  readonly because: string
  /** Counts as the table does: from the planned time of this check. */
  readonly isRegular?: true
}

/** When the next heartbeat is due. */
export interface Next {
  /** How long the town had been idle; null: that could not be told. */
  readonly idleSeconds: number | null
  /** From the planned time of the check before it; for what must come at an exact time, from the end of that check. */
  readonly intervalSeconds: number
  /** Epoch milliseconds, a whole second. */
  readonly at: number
  /** One line for a person. */
  readonly reason: string
}

export interface Idleness {
  /** When this check began, and when it ended. Epoch milliseconds. */
  readonly startedAt: number
  readonly now: number
  readonly idleSeconds: number | null
  readonly intervals: readonly IntervalStep[]
}

/** When a check was planned that began at `startedAt`: at its full minute. Schedulers poll at full minutes, and begin some seconds later.
 *  Counted from its end, the next one would always come too late for the poll that was meant. Epoch milliseconds. */
export const plannedAt = (startedAt: number): number => Math.floor(startedAt / soonest) * soonest

/** The next heartbeat: what the table says for so idle a town, cut short by the strongest cap, never sooner than a minute after this one. */
export function nextHeartbeat({ startedAt, now, idleSeconds, intervals }: Idleness, caps: readonly Cap[]): Next {
  const planned = plannedAt(Math.min(startedAt, now))
  const end = Math.floor(now / SECOND) * SECOND
  const wish = ({ within, because, isRegular }: Cap) => {
    const interval = Math.ceil(within / SECOND) * SECOND
    return { because, at: isRegular ? planned + interval : end + interval, interval }
  }
  const idle = wish({ within: stepFor(idleSeconds, intervals).next, because: idleWords(idleSeconds), isRegular: true })
  const first = caps.map(wish).reduce((least, one) => (one.at < least.at ? one : least), idle)
  const { at, interval } = first.at < end + soonest ? { at: end + soonest, interval: soonest } : first
  return { idleSeconds, intervalSeconds: interval / SECOND, at, reason: first.because }
}

/** A heartbeat that is due at once. */
export const dueNow = (now: number, reason: string): Next => ({
  idleSeconds: null,
  intervalSeconds: 0,
  at: Math.floor(now / SECOND) * SECOND,
  reason,
})

/** The row of the idle table that holds, counted from 0: how far the town has backed off. */
export function tierFor(idleSeconds: number | null, intervals: readonly IntervalStep[]): number {
  const row = intervals.findIndex(({ below }) => below === null || (idleSeconds ?? 0) * SECOND < below)
  return row === -1 ? intervals.length - 1 : row
}

/** The shortest interval of the table in milliseconds: activity brings no check sooner than this after the last one. */
export function shortestInterval(intervals: readonly IntervalStep[]): number {
  return Math.min(...intervals.map(({ next }) => next))
}

function stepFor(idleSeconds: number | null, intervals: readonly IntervalStep[]): IntervalStep {
  return intervals[tierFor(idleSeconds, intervals)] ?? { below: null, next: shortly }
}

function idleWords(idleSeconds: number | null): string {
  if (idleSeconds === null) return 'nothing tells when the town was last active'
  return idleSeconds < 60 ? 'the town is active' : `the town has been idle for ${Math.floor(idleSeconds / 60)} min`
}
