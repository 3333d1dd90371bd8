import Ajv2020 from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import type { Outcome, Plan } from '../../src/domain/action.js'
import { emptyPlan } from '../../src/domain/plan.js'
import type { Snapshot } from '../../src/domain/snapshot.js'
import { flawOf } from '../../src/find-town.js'
import type { Gate } from '../../src/gate.js'
import { courseOf, exitCodeOf, type Heartbeat } from '../../src/remember/account.js'
import { brokenOff, flawed } from '../../src/report/closed-out.js'
import { documentOf, type Told } from '../../src/report/document.js'
import { paintFor } from '../../src/report/paint.js'
import type { Volume } from '../../src/report/telling.js'
import { reportLines } from '../../src/report.js'
import { reportSchema } from '../../src/report-schema.js'
import { publishedSchemas } from '../support/schemas.js'
import { deacon, mail, NOW, polecat, SECOND, town } from '../support/town-builder.js'
import { carryOut, finding, notify, start, went } from './heartbeat-parts.js'

const next = { idleSeconds: 42, intervalSeconds: 300, at: NOW + 303 * SECOND, reason: 'the town is active' }

interface Parts {
  readonly snapshot?: Snapshot
  readonly plan?: Partial<Plan>
  readonly outcomes?: readonly Outcome[]
  readonly gate?: Gate
  readonly dryRun?: boolean
}

function heartbeatOf({ snapshot = town(), plan = {}, outcomes = [], gate = { open: true } }: Parts): Heartbeat {
  const looked = { gate, snapshot, plan: { ...emptyPlan, ...plan }, outcomes }
  const course = courseOf(looked, { findings: [], blindSpots: [] })
  return { ...looked, ...course, exitCode: exitCodeOf(gate, course), next, endedAt: NOW + 3 * SECOND }
}

const toldOf = (heartbeat: Heartbeat, dryRun = false): Told => ({
  run: { id: 'r-1', version: '1.2.3', startedAt: NOW, mode: 'heartbeat', dryRun, trigger: 'timer' },
  town: { root: '/town', dialect: 'classic', socket: '/tmp/tmux-1/default' },
  heartbeat,
  children: [{ program: 'tmux', calls: 1, ms: 12 }],
})

const told = (parts: Parts): Told => toldOf(heartbeatOf(parts), parts.dryRun)
const linesOf = (parts: Parts, volume: Volume = 'normal') =>
  reportLines(told(parts), { volume, paint: paintFor(false) }).join('\n')

const everything: Parts = {
  snapshot: town(
    { mail: { known: true, value: [mail()] }, blindSpots: [{ what: 'the beads of beta', why: 'bd timed out' }] },
    deacon({ state: 'dead' }),
    polecat('gastown', 'nux', { bead: { hook: 'gt-7' } }),
  ),
  plan: {
    findings: [
      finding({ until: NOW + 90 * SECOND }),
      finding({ agent: 'gastown/refinery', verdict: 'skipped-name', because: 'odd', wantsPerson: false }),
    ],
  },
  outcomes: [
    went('done', start('gastown/witness')),
    went('failed', start('deacon'), 'exit status 127'),
    went('deferred', start('gastown/polecats/nux', { deferred: { because: 'the budget is spent', soon: true } })),
    went('done', notify('gastown/polecats/nux'), 'but the subject was cut'),
  ],
}

describe('the JSON document of a check', () => {
  const schema = publishedSchemas().find(({ file }) => file === 'report.schema.json')?.text ?? ''
  const ajv = new Ajv2020.default({ strict: false, allErrors: true })
  addFormats.default(ajv)
  const isValid = ajv.compile(JSON.parse(schema))
  const flaw = flawOf('config', [{ file: '/c.json', key: 'a.b', what: 'is no time' }])

  it.each<[string, Told]>([
    ['of a healthy town', told({})],
    ['with one of everything', told(everything)],
    ['of a dry run', told({ dryRun: true, outcomes: [went('would', carryOut('cycle'))] })],
    ['of a town that nobody could see', told({ snapshot: town({ rigs: { known: false, why: 'no' } }) })],
    ['of a town whose settings are wrong', toldOf(flawed(flaw, NOW, next))],
    ['of no town', { ...toldOf(flawed(flaw, NOW, next)), town: { root: null, dialect: null, socket: null } }],
    ['of a check that broke off', toldOf(brokenOff(new Error('no space left'), NOW, next))],
  ])('%s fits the published schema and the one it is made from', (_, { ...one }) => {
    const document: unknown = JSON.parse(JSON.stringify(documentOf(one)))
    expect(isValid(document), JSON.stringify(isValid.errors)).toBe(true)
    expect(reportSchema.parse(document)).toEqual(document)
  })

  it('says all that there is to say', () => {
    expect(documentOf(told(everything))).toEqual({
      schema: 1,
      run: {
        id: 'r-1',
        version: '1.2.3',
        startedAt: '2026-01-05T12:00:00.000Z',
        durationMs: 3000,
        mode: 'heartbeat',
        dryRun: false,
        trigger: 'timer',
      },
      town: { root: '/town', dialect: 'classic', socket: '/tmp/tmux-1/default' },
      gate: { open: true, reason: null, because: null },
      seen: { rigs: 1, agents: 5, polecats: 1, sessions: 4, mail: 1, pendingSpawns: 0 },
      blindSpots: [{ what: 'the beads of beta', why: 'bd timed out' }],
      findings: [
        {
          rule: 'deacon-running',
          agent: 'deacon',
          verdict: 'waiting',
          because: 'it was started 2 times',
          evidence: {},
          wantsPerson: true,
          until: '2026-01-05T12:01:30.000Z',
        },
        expect.objectContaining({ agent: 'gastown/refinery', verdict: 'skipped-name', wantsPerson: false }),
      ],
      actions: [
        {
          rule: 'deacon-running',
          kind: 'start',
          agent: 'gastown/witness',
          because: 'its session is gone',
          outcome: 'done',
        },
        expect.objectContaining({ kind: 'start', agent: 'deacon', outcome: 'failed', error: 'exit status 127' }),
        expect.objectContaining({ outcome: 'deferred', deferred: 'the budget is spent' }),
        expect.objectContaining({ kind: 'notify', outcome: 'done', error: 'but the subject was cut' }),
      ],
      next: { ...next, at: '2026-01-05T12:05:03.000Z' },
      children: [{ program: 'tmux', calls: 1, ms: 12 }],
      verdict: 'critical',
      exitCode: 2,
    })
  })

  it('names a closed gate', () => {
    const gate = { open: false, reason: 'estop', mayLook: true, because: 'ESTOP is there', exitCode: 0 } as const
    expect(documentOf(told({ gate }))).toMatchObject({
      gate: { open: false, reason: 'estop', because: 'ESTOP is there' },
      verdict: 'ok',
      exitCode: 0,
    })
  })
})

describe('the report for people', () => {
  it('of a quiet check is two lines', () => {
    const lines = linesOf({}).split('\n')
    expect(lines[0]).toBe('ok: all is well, 4 agents seen (/town)')
    expect(lines[1]).toMatch(/^looks next in 5m, at \d\d:\d\d:\d\d: the town is active$/)
    expect(lines).toHaveLength(2)
  })

  it('tells in this order: verdict, found, done, what waits, what could not be seen, when next', () => {
    expect(linesOf(everything).split('\n')).toEqual([
      'critical: 1 failed, 1 could not be seen, 1 wants a person, 2 done, 1 put off (/town)',
      'found:',
      expect.stringMatching(/^ {2}deacon waiting: it was started 2 times; next try \d\d:\d\d:\d\d$/),
      '  gastown/refinery skipped-name: odd',
      'done:',
      '  start gastown/witness: its session is gone',
      '  FAILED start deacon: its session is gone: exit status 127',
      '  tell gastown/witness about gastown/polecats/nux: gt-1 is on its hook (but the subject was cut)',
      'waits:',
      '  start gastown/polecats/nux: its session is gone – the budget is spent',
      'could not be seen:',
      '  the beads of beta: bd timed out',
      expect.stringMatching(/^looks next in 5m/),
    ])
  })

  it('says with -q only what is a problem, and nothing when all is well', () => {
    expect(linesOf({ outcomes: [went('done', start('deacon'))] }, 'quiet')).toBe('')
    expect(linesOf(everything, 'quiet').split('\n')).toEqual([
      'critical: 1 failed, 1 could not be seen, 1 wants a person, 2 done, 1 put off (/town)',
      'found:',
      expect.stringMatching(/^ {2}deacon waiting/),
      'done:',
      '  FAILED start deacon: its session is gone: exit status 127',
      'waits:',
      '  start gastown/polecats/nux: its session is gone – the budget is spent',
      'could not be seen:',
      '  the beads of beta: bd timed out',
    ])
  })

  it('does not say with -q what was put off and is no warning', () => {
    const deferred = { because: '5 s are left', soon: true }
    const outcomes = [went('deferred', carryOut('cycle', { deferred })), went('failed', start('deacon'), 'no licence')]
    expect(linesOf({ outcomes }, 'quiet')).not.toContain('waits:')
  })

  it('says with -v every observation', () => {
    const text = linesOf(everything, 'verbose')
    expect(text).toContain('  deacon dead: a dead session for the test; bead says working')
    expect(text).toContain(
      '  gastown/polecats/nux alive: a alive session for the test; bead says working, gt-7 on its hook',
    )
    expect(text).toContain('  tmux: 1 call, 12 ms')
  })

  it('of a dry run says what would be done', () => {
    const text = linesOf({ dryRun: true, outcomes: [went('would', start('deacon'))] })
    expect(text).toContain(
      'ok: 1 would be done (/town)\nwould do:\n  start deacon: its session is gone\nwould look next in',
    )
  })

  it('of a closed gate says why', () => {
    const gate = { open: false, reason: 'estop', mayLook: true, because: 'ESTOP is there', exitCode: 0 } as const
    expect(linesOf({ gate }).split('\n')[0]).toBe('ok: ESTOP is there (/town)')
  })

  it('of wrong settings has every complaint, a single one in its first line', () => {
    const one = { file: '/c.json', key: 'a', what: 'is no time' }
    const lines = (complaints: (typeof one)[]) =>
      reportLines(toldOf(flawed(flawOf('config', complaints), NOW, next)), { volume: 'quiet', paint: paintFor(false) })
    expect(lines([one])).toEqual(['unknown: /c.json: a: is no time (/town)'])
    expect(lines([one, { ...one, key: 'b' }])).toEqual([
      'unknown: 2 complaints about the configuration (/town)',
      'found:',
      '  town wrong: /c.json: a: is no time',
      '  town wrong: /c.json: b: is no time',
    ])
  })

  it('has colour where it may', () => {
    const [first] = reportLines(told({}), { volume: 'normal', paint: paintFor(true) })
    expect(first).toBe('\u001b[32mok\u001b[39m: all is well, 4 agents seen (/town)')
  })
})
