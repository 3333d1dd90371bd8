import { describe, expect, it } from 'vitest'
import { appointmentLine, isDue, parseAppointment } from '../../src/domain/due.js'
import { nextHeartbeat, shortestInterval, tierFor } from '../../src/domain/schedule.js'

const MINUTE = 60_000
/** A full minute. */
const NOW = 1_700_000_040_000
const intervals = [
  { below: 5 * MINUTE, next: 5 * MINUTE },
  { below: 15 * MINUTE, next: 10 * MINUTE },
  { below: 45 * MINUTE, next: 30 * MINUTE },
  { below: null, next: 60 * MINUTE },
]
const idleFor = (idleSeconds: number | null, caps: { within: number; because: string }[] = []) =>
  nextHeartbeat({ startedAt: NOW, now: NOW, idleSeconds, intervals }, caps)

describe('the longer a town is idle, the longer until the next heartbeat', () => {
  it.each([
    [null, 300, 0],
    [0, 300, 0],
    [299, 300, 0],
    [300, 600, 1],
    [899, 600, 1],
    [900, 1800, 2],
    [2699, 1800, 2],
    [2700, 3600, 3],
    [1_000_000, 3600, 3],
  ])('idle for %s s: in %d s, row %d of the table', (idle, seconds, tier) => {
    expect(idleFor(idle)).toMatchObject({ idleSeconds: idle, intervalSeconds: seconds, at: NOW + seconds * 1000 })
    expect(tierFor(idle, intervals)).toBe(tier)
  })

  it.each([
    ['the strongest cap decides', [5 * MINUTE, 2 * MINUTE, 3 * MINUTE], 120],
    ['a cap never makes it later', [90 * MINUTE], 3600],
    ['never sooner than a minute', [0], 60],
    ['nor when the time is over already', [-5 * MINUTE], 60],
    ['parts of a second are waited out', [90_500], 91],
  ])('%s', (_, within, seconds) => {
    const caps = within.map((time) => ({ within: time, because: `in ${time}` }))
    expect(idleFor(5000, caps).intervalSeconds).toBe(seconds)
  })

  it('it says why', () => {
    expect(idleFor(null).reason).toBe('nothing tells when the town was last active')
    expect(idleFor(10).reason).toBe('the town is active')
    expect(idleFor(700).reason).toBe('the town has been idle for 11 min')
    expect(idleFor(700, [{ within: MINUTE, because: 'a start was deferred' }]).reason).toBe('a start was deferred')
  })

  const cap = (within: number, isRegular?: true) => ({ within, because: '', ...(isRegular && { isRegular }) })

  it.each([
    ['from the minute in which the check began, however late in it', 59_999, 60_100, [], 300_000],
    ['from there for a regular cap as well', 10_000, 70_000, [cap(4 * MINUTE, true)], 240_000],
    ['from the end of the check for what has its own time', 10_000, 70_987, [cap(3 * MINUTE)], 250_000],
    ['for the sooner of both', 10_000, 70_000, [cap(4 * MINUTE), cap(295_000, true)], 295_000],
    ['never sooner than a minute after the end', 0, 250_987, [], 310_000],
    ['from a clock that was set back meanwhile', 600_000, 10_000, [], 300_000],
  ])('the time is counted %s', (_, startedAt, endedAt, caps, at) => {
    const times = { startedAt: NOW + startedAt, now: NOW + endedAt }
    expect(nextHeartbeat({ ...times, idleSeconds: 0, intervals }, caps).at).toBe(NOW + at)
  })

  it('the shortest interval of the table, wherever it stands', () => {
    expect(
      shortestInterval([
        { below: MINUTE, next: 9 * MINUTE },
        { below: null, next: 7 * MINUTE },
      ]),
    ).toBe(7 * MINUTE)
  })
})

describe('a heartbeat is due', () => {
  const appointment = { last: 1000, earliest: 1300, next: 4600 }
  const writtenAt = 1_000_400
  const at = (seconds: number, activityAt: number[] = [], requestedAt?: number) =>
    isDue(appointment, { now: seconds * 1000 + 500, writtenAt, activityAt, requestedAt })

  it.each([
    ['right after the last one: no', 1000, [], false],
    ['before its time: no', 4599, [], false],
    ['at its time: yes', 4600, [], true],
    ['after its time: yes', 9999, [], true],
    ['the clock was set back before the last check: yes', 999, [], true],
    ['the town was active, too soon after the last check: no', 1299, [1_200_000], false],
    ['the town was active, and the shortest interval is over: yes', 1300, [1_200_000], true],
    ['the activity is older than the appointment: no', 1300, [1_000_399], false],
    ['one of several files is newer: yes', 1300, [0, 1_000_401], true],
  ])('%s', (_, seconds, activityAt, due) => {
    expect(at(seconds, activityAt)).toBe(due)
  })

  it.each([
    ['that was dropped since the last check: yes', 1_000_401, true],
    ['that was dropped in the moment in which the line was written: yes', 1_000_400, true],
    ['that the last check could not take out: no', 1_000_399, false],
  ])('for a request %s', (_, requestedAt, due) => {
    expect(at(1000, [], requestedAt)).toBe(due)
  })

  it('without a readable appointment: yes', () => {
    expect(isDue(undefined, { now: 0, writtenAt, activityAt: [] })).toBe(true)
    expect(isDue(appointment, { now: 1_100_000, writtenAt: undefined, activityAt: [] })).toBe(true)
  })

  it.each(['', '1 2', '1 2 3 4', 'a b c', '1  2 3', '-1 2 3', '1 2 3\n\n', '1.5 2 3', '9999999999999 1 1'])(
    '%j is no appointment',
    (text) => {
      expect(parseAppointment(text)).toBeUndefined()
    },
  )

  it('an appointment is read as it was written', () => {
    expect(parseAppointment(appointmentLine(appointment))).toEqual(appointment)
    expect(parseAppointment('1000 1300 4600')).toEqual(appointment)
  })
})
