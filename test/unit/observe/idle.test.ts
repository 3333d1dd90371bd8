import { describe, expect, it } from 'vitest'
import { emptyLedger, type Ledger } from '../../../src/domain/ledger.js'
import { isAfterGap } from '../../../src/observe/idle.js'
import { MINUTE, NOW } from '../../support/town-builder.js'

const check = { startedAt: NOW - 300_900, endedAt: NOW - 298_100, intervalSeconds: 300 }
const ledger = (changes: Partial<Ledger> = {}): Ledger => ({ ...emptyLedger, ...changes })

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
