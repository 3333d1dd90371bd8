import { describe, expect, it } from 'vitest'
import { emptyLedger, type Ledger } from '../../../src/domain/ledger.js'
import { idleSince, isAfterGap } from '../../../src/observe/idle.js'
import { MINUTE, NOW, SECOND } from '../../support/town-builder.js'

const ledger = (changes: Partial<Ledger> = {}): Ledger => ({ ...emptyLedger, ...changes })
const check = { startedAt: NOW - 300_900, endedAt: NOW - 298_100, intervalSeconds: 300 }
const stamp = (at: number, writtenAt = at) => ({ at, writtenAt })

describe('how long the town has been idle', () => {
  it('is the age of the stamp, in whole seconds', () => {
    expect(idleSince(stamp(NOW - 90_999), ledger(), NOW)).toEqual({ idleSeconds: 90, activityAt: NOW - 90_999 })
  })

  it('nobody can tell without a stamp', () => {
    const remembers = ledger({ activityAt: NOW - MINUTE })
    expect(idleSince(undefined, remembers, NOW)).toEqual({ idleSeconds: null, activityAt: undefined })
  })

  it('a stamp in the future counts as now', () => {
    expect(idleSince(stamp(NOW + MINUTE), ledger(), NOW)).toEqual({ idleSeconds: 0, activityAt: NOW })
  })

  it.each([
    ['within the last check, as a stamp of whole seconds is', stamp(NOW - 301_000, NOW - 300_500), 3600],
    ['at the end of the last check', stamp(NOW - 299_000, NOW - 298_001), 3600],
    ['before the last check', stamp(NOW - 302_000, NOW - 300_500), 302],
    ['after the last check', stamp(NOW - 297_000), 297],
    ['whose file was written later than the last check', stamp(NOW - 300_000, NOW - 200_000), 300],
  ])('a stamp %s', (_, seen, idleSeconds) => {
    const remembers = ledger({ lastCheck: check, activityAt: NOW - 3600 * SECOND })
    expect(idleSince(seen, remembers, NOW).idleSeconds).toBe(idleSeconds)
  })

  it('nobody can tell when the only stamp is ours and nothing is remembered', () => {
    expect(idleSince(stamp(NOW - 300_000), ledger({ lastCheck: check }), NOW).idleSeconds).toBeNull()
  })
})

describe('a check after a long gap', () => {
  const checked = (endedAt: number, intervalSeconds: number) =>
    ledger({ lastComplete: { startedAt: endedAt - 1000, endedAt, intervalSeconds } })

  it.each<[string, Ledger, boolean]>([
    ['the first check ever is none', ledger(), false],
    ['after five minutes', checked(NOW - 5 * MINUTE, 300), false],
    ['after three intervals that are short', checked(NOW - 29 * MINUTE, 300), false],
    ['after thirty minutes, with an interval of five', checked(NOW - 30 * MINUTE, 300), true],
    ['after two intervals of an hour', checked(NOW - 120 * MINUTE, 3600), false],
    ['after more than two intervals of an hour', checked(NOW - 121 * MINUTE, 3600), true],
    [
      'after one in the middle of which the machine slept',
      ledger({ lastComplete: { startedAt: NOW - 480 * MINUTE, endedAt: NOW - MINUTE, intervalSeconds: 300 } }),
      true,
    ],
    ['when the clock was set back', checked(NOW + 120 * MINUTE, 300), false],
    [
      'after checks that observed nothing since',
      ledger({ ...checked(NOW - 60 * MINUTE, 300), lastCheck: check }),
      true,
    ],
    ['when no check was complete yet', ledger({ lastCheck: { ...check, endedAt: NOW - 60 * MINUTE } }), false],
  ])('%s', (_, remembered, is) => {
    expect(isAfterGap(remembered, NOW)).toBe(is)
  })
})
