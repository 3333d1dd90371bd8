import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { idleSince, type Stamp } from '../../../src/domain/activity.js'
import { emptyLedger, type Ledger } from '../../../src/domain/ledger.js'
import { MINUTE, NOW, SECOND } from '../../support/town-builder.js'

const ledger = (changes: Partial<Ledger> = {}): Ledger => ({ ...emptyLedger, ...changes })
const check = { startedAt: NOW - 300_900, endedAt: NOW - 298_100, intervalSeconds: 300 }
const stamp = (at: number, writtenAt = at) => ({ at, writtenAt })

describe('how long the town has been idle', () => {
  it('is the age of the stamp, in whole seconds', () => {
    expect(idleSince([stamp(NOW - 90_999)], ledger(), NOW)).toEqual({ idleSeconds: 90, activityAt: NOW - 90_999 })
  })

  it('is unknown without a stamp', () => {
    const remembers = ledger({ activityAt: NOW - MINUTE })
    expect(idleSince([], remembers, NOW)).toEqual({ idleSeconds: null, activityAt: undefined })
  })

  it('counts a stamp in the future as now', () => {
    expect(idleSince([stamp(NOW + MINUTE)], ledger(), NOW)).toEqual({ idleSeconds: 0, activityAt: NOW })
  })

  it.each([
    ['within the last check, as a stamp of whole seconds is', stamp(NOW - 301_000, NOW - 300_500), 3600],
    ['at the end of the last check', stamp(NOW - 299_000, NOW - 298_001), 3600],
    ['written before the last check, which has seen it', stamp(NOW - 302_000), 3600],
    ['from before the last check that was written in it', stamp(NOW - 302_000, NOW - 300_500), 302],
    ['after the last check', stamp(NOW - 297_000), 297],
    ['whose file was written later than the last check', stamp(NOW - 300_000, NOW - 200_000), 300],
    ['within the last run for requests', stamp(NOW - 100_000), 3600],
  ])('by a stamp %s', (_, seen, idleSeconds) => {
    const lastPass = { startedAt: NOW - 100_900, endedAt: NOW - 99_900 }
    const remembers = ledger({ lastCheck: check, activityAt: NOW - 3600 * SECOND })
    const passed = seen.at === NOW - 100_000 ? { ...remembers, lastPass } : remembers
    expect(idleSince([seen], passed, NOW).idleSeconds).toBe(idleSeconds)
  })

  it('is what was remembered when a stamp of ours took the place of another', () => {
    const stamps = [stamp(NOW - 300_000), stamp(NOW - 7200 * SECOND)]
    const remembers = ledger({ lastCheck: check, activityAt: NOW - 600 * SECOND })
    expect(idleSince(stamps, remembers, NOW).idleSeconds).toBe(600)
  })

  it('is at least the time since the last check when that left the only stamp and nothing is remembered', () => {
    expect(idleSince([stamp(NOW - 300_000)], ledger({ lastCheck: check }), NOW).idleSeconds).toBe(300)
  })

  it('is right however checks and runs for requests leave their own traces, in one file or two', () => {
    const events = fc.array(fc.tuple(fc.constantFrom('check', 'pass', 'life', 'life elsewhere'), fc.nat(4000)), {
      maxLength: 30,
    })
    fc.assert(
      fc.property(events, (happened) => {
        let now = NOW
        let remembered = ledger()
        let lived: number | undefined
        const files = new Map<string, Stamp>()
        for (const [what, after] of happened) {
          now += (after + 2) * SECOND
          if (what.startsWith('life')) {
            files.set(what, stamp(now))
            lived = now
            continue
          }
          const { idleSeconds, activityAt } = idleSince([...files.values()], remembered, now)
          if (lived !== undefined) expect(idleSeconds).toBe((now - lived) / SECOND)
          files.set('life', stamp(now + 100))
          const run = { startedAt: now, endedAt: now + 1500, intervalSeconds: 300 }
          remembered = {
            ...remembered,
            ...(what === 'check' ? { lastCheck: run } : { lastPass: run }),
            ...(activityAt === undefined ? {} : { activityAt }),
          }
        }
      }),
    )
  })
})
