import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Appointment, isDue } from '../../src/domain/due.js'
import { nextHeartbeat, plannedAt, shortestInterval, soonest } from '../../src/domain/schedule.js'
import { defaultSettings } from '../support/town-builder.js'

const SECOND = 1000
const MINUTE = 60 * SECOND
const { intervals } = defaultSettings
/** A full hour. */
const begin = Date.UTC(2026, 10, 22, 22)

interface Play {
  /** Milliseconds between two polls, which come at full minutes; `armed`: also at the time of the next check, as systemd does. */
  readonly every: number
  readonly armed?: boolean
  readonly until: number
  /** How long checks take, and how late a poll is, one after the other and again from the first. Milliseconds. */
  readonly lasts: readonly number[]
  readonly late: readonly number[]
  /** When something happens in the town, epoch ms. */
  readonly activity: readonly number[]
}

interface Played {
  readonly polledAt: number
  readonly startedAt: number
  readonly endedAt: number
}

const at = <T>(list: readonly T[], index: number): T => list[index % list.length] as T

/** Plays polls by the real rules; a poll while a check runs does nothing, as its lock has it. */
function play({ every, armed, until, lasts, late, activity }: Play): readonly Played[] {
  const checks: Played[] = []
  let appointment: Appointment | undefined
  let writtenAt: number | undefined
  const poll = (polledAt: number, startedAt: number): void => {
    const last = checks.at(-1)
    if (last && startedAt <= last.endedAt) return
    const happened = activity.filter((time) => time <= startedAt)
    if (!isDue(appointment, { now: startedAt, writtenAt, activityAt: happened })) return
    const endedAt = startedAt + at(lasts, checks.length)
    const activityAt = happened.at(-1)
    const idleSeconds = activityAt === undefined ? null : Math.floor((startedAt - activityAt) / SECOND)
    const next = nextHeartbeat({ startedAt, now: endedAt, idleSeconds, intervals }, [])
    const earliest = Math.max(plannedAt(startedAt) + shortestInterval(intervals), endedAt + soonest)
    appointment = {
      last: plannedAt(startedAt) / SECOND,
      earliest: Math.floor(earliest / SECOND),
      next: next.at / SECOND,
    }
    writtenAt = endedAt
    checks.push({ polledAt, startedAt, endedAt })
  }
  for (let minute = 0; begin + minute * MINUTE < until; minute++) {
    const now = begin + minute * MINUTE
    if ((minute * MINUTE) % every === 0) poll(now, now + at(late, minute))
    for (let armedFor = appointment?.next; armed && armedFor !== undefined; armedFor = undefined) {
      const time = armedFor * SECOND
      if (time > now && time < now + MINUTE) poll(time, time + 300)
    }
  }
  return checks
}

const lasts = fc.array(fc.integer({ min: 100, max: 100_000 }), { minLength: 1, maxLength: 20 })
const late = fc.array(fc.integer({ min: 0, max: 45_000 }), { minLength: 1, maxLength: 20 })
const polls = fc.constantFrom({ every: MINUTE }, { every: 5 * MINUTE }, { every: 5 * MINUTE, armed: true })
const HOUR = 60 * MINUTE

const gaps = (checks: readonly Played[]): readonly number[] =>
  checks.slice(1).map(({ polledAt }, index) => (polledAt - (checks[index]?.polledAt ?? 0)) / MINUTE)

function expectNeverTwoWithinAMinute(checks: readonly Played[]): void {
  for (const [index, { startedAt }] of checks.slice(1).entries()) {
    expect(startedAt - (checks[index]?.endedAt ?? 0)).toBeGreaterThanOrEqual(MINUTE)
  }
}

describe('polls every minute, every five minutes, and at armed times as well', () => {
  it('begin a check every five minutes while the town is active, however long checks take', () => {
    fc.assert(
      fc.property(polls, lasts, late, (poll, long, delays) => {
        const activity = Array.from({ length: 6 * 60 }, (_, minute) => begin + minute * MINUTE)
        const checks = play({ ...poll, lasts: long, late: delays, until: begin + 6 * HOUR, activity })
        expect(gaps(checks)).toEqual(Array.from({ length: 71 }, () => 5))
        expectNeverTwoWithinAMinute(checks)
      }),
    )
  })

  it('begin checks 5, 10, 30 and 60 minutes apart while the town falls asleep', () => {
    fc.assert(
      fc.property(polls, lasts, late, (poll, long, delays) => {
        const checks = play({ ...poll, lasts: long, late: delays, until: begin + 8 * HOUR, activity: [begin] })
        expect(gaps(checks)).toEqual([5, 10, 30, 60, 60, 60, 60, 60, 60, 60])
        expectNeverTwoWithinAMinute(checks)
      }),
    )
  })

  it('find within five minutes what happens in a town that sleeps', () => {
    const happens = fc.integer({ min: 2 * HOUR, max: 7 * HOUR })
    fc.assert(
      fc.property(polls, lasts, late, happens, (poll, long, delays, after) => {
        const time = begin + after
        const checks = play({ ...poll, lasts: long, late: delays, until: begin + 8 * HOUR, activity: [begin, time] })
        expectNeverTwoWithinAMinute(checks)
        // What happens while a check runs cannot be told from what that leaves itself.
        fc.pre(!checks.some(({ startedAt, endedAt }) => time >= startedAt && time <= endedAt))
        const found = checks.find(({ startedAt }) => startedAt >= time)
        const before = checks.findLast(({ startedAt }) => startedAt < time)
        const mayBegin = Math.max(time, (before?.polledAt ?? 0) + 5 * MINUTE)
        expect((found?.polledAt ?? 0) - mayBegin).toBeLessThanOrEqual(5 * MINUTE)
      }),
    )
  })
})
