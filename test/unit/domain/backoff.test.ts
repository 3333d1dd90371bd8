import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextTry, settledStarts, tooManyRequested } from '../../../src/domain/backoff.js'
import type { StartRecord } from '../../../src/domain/ledger.js'
import { ago, defaultSettings, HOUR, MINUTE, NOW, SECOND } from '../../support/town-builder.js'

const { backoff } = defaultSettings
const startAt = (at: number, parts: Partial<StartRecord> = {}): StartRecord => ({
  at,
  by: 'inference',
  outcome: 'started',
  ...parts,
})
const startsAgo = (...times: readonly number[]) => times.map((ms) => startAt(ago(ms)))

describe('the next try', () => {
  it.each([
    { says: 'is free for an agent never started', starts: [], state: 'free' },
    { says: 'comes 30 s after one start', starts: startsAgo(29 * SECOND), state: 'waiting', in: SECOND },
    { says: 'is free when those are over', starts: startsAgo(30 * SECOND), state: 'free' },
    { says: 'comes 60 s after the second', starts: startsAgo(HOUR, 0), state: 'waiting', in: MINUTE },
    { says: 'comes 2 min after the third', starts: startsAgo(2 * HOUR, HOUR, 0), state: 'waiting', in: 2 * MINUTE },
    {
      says: 'never waits longer than 10 min',
      starts: startsAgo(...[9, 8, 7, 6, 5, 4, 3, 2, 1, 0].map((n) => n * 20 * MINUTE)),
      state: 'waiting',
      in: 10 * MINUTE,
    },
    {
      says: 'is held for an hour after five within one',
      starts: startsAgo(HOUR, 45 * MINUTE, 30 * MINUTE, MINUTE, 0),
      state: 'held',
      in: HOUR,
    },
    {
      says: 'is not held when they took longer',
      starts: startsAgo(HOUR + 1, 45 * MINUTE, 30 * MINUTE, MINUTE, 0),
      state: 'waiting',
      in: 8 * MINUTE,
    },
    {
      says: 'is free after the hold',
      starts: startsAgo(...[64, 63, 62, 61, 60].map((minutes) => minutes * MINUTE)),
      state: 'free',
    },
    {
      says: 'is held again after one start more',
      starts: startsAgo(...[70, 69, 68, 67, 66, 5].map((minutes) => minutes * MINUTE)),
      state: 'held',
      in: 55 * MINUTE,
    },
    {
      says: 'counts a start that never ended',
      starts: [startAt(ago(0), { outcome: 'begun' })],
      state: 'waiting',
      in: 30 * SECOND,
    },
    {
      says: 'counts a failed start',
      starts: [startAt(ago(0), { outcome: 'failed' })],
      state: 'waiting',
      in: 30 * SECOND,
    },
    {
      says: 'counts a requested start',
      starts: [startAt(ago(0), { by: 'request' })],
      state: 'waiting',
      in: 30 * SECOND,
    },
    {
      says: 'does not count somebody else being faster',
      starts: [startAt(ago(0), { outcome: 'duplicate' })],
      state: 'free',
    },
    {
      says: 'goes by the latest start, wherever it is written',
      starts: startsAgo(0, HOUR),
      state: 'waiting',
      in: MINUTE,
    },
    {
      says: 'takes a start in the future for one just now',
      starts: [startAt(NOW + 999 * HOUR)],
      state: 'waiting',
      in: 30 * SECOND,
    },
  ])('$says', ({ starts, state, in: wait }) => {
    const next = nextTry(starts, NOW, backoff)
    expect(next.state).toBe(state)
    expect(next.state === 'free' ? undefined : next.until - NOW).toBe(wait)
  })

  it('is never more than the hold away, whatever the clock did', () => {
    const anyStart = fc.record<StartRecord>({
      at: fc.integer({ min: -4e12, max: 4e12 }),
      by: fc.constantFrom('inference', 'request'),
      outcome: fc.constantFrom('begun', 'started', 'failed', 'duplicate'),
    })
    fc.assert(
      fc.property(fc.array(anyStart), (starts) => {
        const next = nextTry(starts, NOW, backoff)
        return next.state === 'free' || (next.until > NOW && next.until <= NOW + backoff.hold)
      }),
    )
  })
})

/** Starts of a day of an agent that dies at once, checked at these intervals (ms), its ledger settled after each check or not. */
function startsOfADay(intervals: readonly number[], settles: boolean): number {
  let starts: readonly StartRecord[] = []
  let total = 0
  let at = NOW
  for (let check = 0; at < NOW + 24 * HOUR; check++) {
    if (nextTry(starts, at, backoff).state === 'free') {
      starts = [...starts, startAt(at)]
      total++
    }
    if (settles) starts = settledStarts({ starts }, at, backoff)
    at += intervals[check % intervals.length] ?? MINUTE
  }
  return total
}

describe('an agent that dies at once', () => {
  it('is started five times and then once an hour, however often it is looked at', () => {
    const anyInterval = fc.integer({ min: 10 * SECOND, max: 5 * MINUTE })
    fc.assert(
      fc.property(fc.array(anyInterval, { minLength: 1, maxLength: 9 }), fc.boolean(), (intervals, settles) => {
        return startsOfADay(intervals, settles) <= 5 + 24
      }),
      { numRuns: 30 },
    )
  })

  it('is tried at least once in every two hours', () => {
    expect(startsOfADay([5 * MINUTE], true)).toBeGreaterThanOrEqual(5 + 21)
  })
})

describe('what is remembered of starts', () => {
  it('is nothing once the agent was alive for 30 min', () => {
    const starts = startsAgo(HOUR, 40 * MINUTE)
    expect(settledStarts({ starts, aliveSince: ago(30 * MINUTE) }, NOW, backoff)).toEqual([])
    expect(settledStarts({ starts, aliveSince: ago(30 * MINUTE - 1) }, NOW, backoff)).toEqual(starts)
  })

  it('is the session of the last one while the agent is well, which counts no more', () => {
    const identity = { serverPid: 1, sessionId: '$1', paneStart: '2@3' }
    const starts = [startAt(ago(HOUR), { identity }), startAt(ago(40 * MINUTE), { outcome: 'failed' })]
    const settled = settledStarts({ starts, aliveSince: ago(HOUR) }, NOW, backoff)
    expect(settled).toEqual([{ ...starts[0], forgiven: true }])
    expect(nextTry(settled, ago(HOUR), backoff)).toEqual({ state: 'free' })
    expect(settledStarts({ starts: [...settled, startAt(NOW)] }, NOW, backoff)).toEqual([...settled, startAt(NOW)])
  })

  it('is bounded, and an agent that was held stays one that is', () => {
    const burst = [405, 404, 403, 402, 401].map((hours) => startAt(ago(400 * HOUR) - hours * SECOND))
    const hourly = Array.from({ length: 400 }, (_, index) => startAt(ago((399 - index) * HOUR)))
    const kept = settledStarts({ starts: [...burst, ...hourly] }, NOW, backoff)
    expect(kept).toHaveLength(25)
    expect(nextTry(kept, NOW, backoff)).toMatchObject({ state: 'held', until: NOW + HOUR })
  })

  it('is the latest twenty of many that came slowly', () => {
    const slow = Array.from({ length: 30 }, (_, index) => startAt(ago((30 - index) * HOUR)))
    expect(settledStarts({ starts: slow }, NOW, backoff)).toEqual(slow.slice(-20))
  })

  it('is nothing of what came before an agent was held', () => {
    const before = [499, 498, 497].map((hours) => startAt(ago(hours * HOUR)))
    const burst = [5, 4, 3, 2, 1].map((seconds) => startAt(ago(400 * HOUR) - seconds * SECOND))
    const hourly = Array.from({ length: 25 }, (_, index) => startAt(ago((25 - index) * HOUR)))
    const starts = [...before, ...burst, ...hourly]
    expect(settledStarts({ starts }, NOW, backoff)).toEqual([...burst, ...hourly.slice(-20)])
  })

  it('is one that was forgiven, and no more', () => {
    const forgiven = [HOUR, MINUTE].map((ms) => startAt(ago(ms), { forgiven: true }))
    expect(settledStarts({ starts: [...forgiven, startAt(NOW)] }, NOW, backoff)).toEqual([forgiven[1], startAt(NOW)])
  })

  it('lies in no future', () => {
    expect(settledStarts({ starts: [startAt(NOW + HOUR)] }, NOW, backoff)).toEqual([startAt(NOW)])
  })
})

describe('requested starts', () => {
  const requested = (count: number, parts: Partial<StartRecord> = {}) =>
    Array.from({ length: count }, (_, index) => startAt(ago(index * MINUTE), { by: 'request', ...parts }))

  it.each([
    { says: 'four within the hour leave room', starts: requested(4), tooMany: false },
    { says: 'five within the hour are the last', starts: requested(5), tooMany: true },
    { says: 'starts by inference do not count', starts: requested(9, { by: 'inference' }), tooMany: false },
    { says: 'somebody else’s do not count', starts: requested(9, { outcome: 'duplicate' }), tooMany: false },
    {
      says: 'older ones do not count',
      starts: [...requested(4), startAt(ago(HOUR), { by: 'request' })],
      tooMany: false,
    },
    { says: 'failed ones count', starts: requested(5, { outcome: 'failed' }), tooMany: true },
  ])('$says', ({ starts, tooMany }) => {
    expect(tooManyRequested({ starts }, NOW, backoff)).toBe(tooMany)
  })
})
