import { describe, expect, it } from 'vitest'
import { type Status, statusSchema } from '../../src/remember/status-schema.js'
import { paintFor } from '../../src/report/paint.js'
import { statusLines } from '../../src/report/status-lines.js'
import type { Volume } from '../../src/report/telling.js'

const at = '2026-11-22T18:00:00.000Z'
const well: Status = statusSchema.parse({
  schema: 1,
  town: { root: '/town', dialect: 'classic', socket: '/tmp/tmux-1/default' },
  at,
  lastCheck: { at, ageSeconds: 42, verdict: 'ok', exitCode: 0, gate: null, trigger: 'timer' },
  lastComplete: { at, ageSeconds: 42 },
  overdue: false,
  nextCheck: { at: '2026-11-22T18:05:00.000Z', inSeconds: 258, reason: 'the town is active' },
  startedBy: [
    { scheduler: 'systemd', slug: 'default', active: true, next: at, says: 'gt-rearm.timer, armed for 18:05:00' },
  ],
  startedByUnknown: null,
  backoff: { tier: 1, of: 4, idleSeconds: 7 },
  stoodDown: [],
  emergencyStops: [],
  agents: [],
  failed: [],
  waiting: [],
  deferred: [],
  blindSpots: [],
  complaints: [],
  exitCode: 0,
})

const linesOf = (change: Partial<Status>, volume: Volume = 'normal') =>
  statusLines({ ...well, ...change }, { volume, paint: paintFor(false) })

describe('the status for people', () => {
  it('says when the last check was and who started it, when the next one comes, who starts that, and how far it has backed off', () => {
    expect(linesOf({})).toEqual([
      'town: /town, a classic one',
      'last check: 42s ago, ok, started by timer',
      expect.stringMatching(/^next check: in 258s|^next check: in 4m18s/),
      'checks are started by systemd (default): gt-rearm.timer, armed for 18:05:00',
      'backoff: tier 1 of 4, idle for 7s then',
      'agents: 0, 0 alive when last observed',
    ])
    expect(linesOf({}, 'quiet')).toEqual([])
  })

  it('says what to type when nothing was installed, or what was installed starts nothing', () => {
    expect(linesOf({ startedBy: [] })).toContain('no scheduler starts checks (run: gt-heartbeat install)')
    expect(linesOf({ startedBy: [], startedByUnknown: 'why' }).join()).not.toContain('no scheduler starts')
    const [starter] = well.startedBy
    const startedBy =
      starter === undefined ? [] : [{ ...starter, active: false, says: 'gt-heartbeat.timer is inactive' }]
    expect(linesOf({ startedBy })).toContain(
      'checks are started by systemd (default): gt-heartbeat.timer is inactive; gt-heartbeat doctor says what mends it',
    )
  })

  it('says that nobody can tell, where nobody can', () => {
    const startedBy = [
      { scheduler: 'systemd' as const, slug: 'beta', active: null, next: null, says: 'systemctl did not answer' },
    ]
    expect(linesOf({ startedBy })).toContain('checks are started by systemd (beta): systemctl did not answer')
  })

  it('names every hold with its end, and what was put off for the next check', () => {
    const until = '2026-11-22T18:30:00.000Z'
    const lines = linesOf({
      waiting: [{ agent: 'deacon', verdict: 'held', because: 'it was started 5 times', until }],
      deferred: [{ kind: 'start', agent: 'gastown/polecats/nux', because: 'the budget is spent' }],
    })
    expect(lines).toContainEqual(expect.stringMatching(/^deacon held: it was started 5 times; next try \d\d:30:00$/))
    expect(lines).toContain('put off: start gastown/polecats/nux: the budget is spent')
  })

  it('says what a critical check failed to do, why, and when it is tried again, also with -q', () => {
    const lastCheck = { at, ageSeconds: 42, verdict: 'critical', exitCode: 2, gate: null, trigger: 'timer' } as const
    const failed = [
      {
        kind: 'start',
        agent: 'deacon',
        error: 'claude was not found: install it',
        retryAt: '2026-11-22T18:01:30.000Z',
      },
      { kind: 'notify', agent: 'gastown/polecats/nux', error: 'not mailed', retryAt: null },
    ]
    for (const volume of ['normal', 'quiet'] as const)
      expect(linesOf({ lastCheck, failed }, volume).slice(1, 4)).toEqual([
        'last check: 42s ago, critical, started by timer',
        expect.stringMatching(/^failed: start deacon: claude was not found: install it; retry at \d\d:01:30$/),
        'failed: notify gastown/polecats/nux: not mailed; retried by the next check',
      ])
  })

  it.each([
    [1, 1, ', 1 restart failed'],
    [3, 3, ', 3 restarts failed'],
    [1, 0, ', 1 restart since it was last well'],
    [3, 1, ', 3 restarts since it was last well, 1 of them failed'],
    [0, 0, ''],
  ])('of %d starts, %d of them failed, says: "%s"', (starts, failedStarts, said) => {
    const agent = { agent: 'deacon', state: 'absent', since: null, starts, failedStarts } as const
    expect(linesOf({ agents: [agent] }).at(-1)).toBe(`  deacon absent${said}`)
  })

  it('leads to the doctor when checks do not come', () => {
    const lines = linesOf({ overdue: true, exitCode: 1 }, 'quiet')
    expect(lines).toContainEqual(expect.stringMatching(/more than two intervals \(run: gt-heartbeat doctor\)$/))
  })
})
