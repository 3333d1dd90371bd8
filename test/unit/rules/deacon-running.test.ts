import { describe, expect, it } from 'vitest'
import { cannotTell, known } from '../../../src/domain/known.js'
import type { StartRecord } from '../../../src/domain/ledger.js'
import { emptyPlan } from '../../../src/domain/plan.js'
import type { Snapshot } from '../../../src/domain/snapshot.js'
import { deaconRunning } from '../../../src/rules/deacon-running.js'
import { inWords } from '../../support/plan-words.js'
import {
  ago,
  deacon,
  defaultSettings,
  HOUR,
  ledgerOf,
  MINUTE,
  mail,
  NOW,
  SECOND,
  type SightOptions,
  session,
  town,
} from '../../support/town-builder.js'

interface Row {
  readonly says: string
  readonly deacon: SightOptions
  readonly town?: Partial<Snapshot>
  readonly does?: readonly string[]
  readonly finds?: readonly string[]
  readonly blind?: readonly string[]
}

const parked = { kind: 'stood-down', because: 'gt-heartbeat down deacon' } as const
const trusting = { settings: { ...defaultSettings, trustBeads: true } }
const startingSince = (ms: number) => ledgerOf({ deacon: { attention: { condition: 'starting', since: ago(ms) } } })
const startedAgo = (ms: number) => ({ at: ago(ms), by: 'inference', outcome: 'failed' }) as const

const fiveStarts = [50, 40, 30, 20, 11].map((minutes) => startedAgo(minutes * MINUTE))

const rows: readonly Row[] = [
  { says: 'that is alive is left alone', deacon: {} },
  { says: 'that is dead is started', deacon: { state: 'dead' }, does: ['start deacon'] },
  { says: 'that is a zombie is started', deacon: { state: 'zombie' }, does: ['start deacon'] },
  {
    says: 'without a folder is started: the folder is made',
    deacon: { state: 'dead', folder: known('missing') },
    does: ['start deacon'],
  },
  {
    says: 'whose folder cannot be told is not started',
    deacon: { state: 'dead', folder: cannotTell('EACCES') },
    blind: ['work folder of deacon'],
  },
  { says: 'without a bead is judged by its session', deacon: { state: 'dead', bead: null }, does: ['start deacon'] },
  {
    says: 'whose bead cannot be told is judged by its session',
    deacon: { state: 'dead', bead: cannotTell('bd timed out') },
    does: ['start deacon'],
  },
  {
    says: 'whose bead says working is started all the same',
    deacon: { state: 'dead', bead: { state: 'working' } },
    does: ['start deacon'],
  },
  { says: 'that is starting is left alone', deacon: { state: 'starting' }, finds: ['starting deacon'] },
  { says: 'of whom tmux said nothing is left alone', deacon: { state: 'unknown', blind: true } },
  {
    says: 'that is not understood is left alone, and a warning at once',
    deacon: { state: 'unknown' },
    finds: ['not-understood deacon!'],
  },
  {
    says: 'that is not understood after a long gap is a warning too',
    deacon: { state: 'unknown' },
    town: { afterGap: true },
    finds: ['not-understood deacon!'],
  },
  {
    says: 'that is not understood and was told to stay down is no warning',
    deacon: { state: 'unknown', restraint: parked },
    finds: ['not-understood deacon'],
  },
  {
    says: 'that has been starting for almost 10 min is no warning',
    deacon: { state: 'starting' },
    town: { ledger: startingSince(10 * MINUTE - SECOND) },
    finds: ['starting deacon'],
  },
  {
    says: 'that has been starting for 10 min is a warning',
    deacon: { state: 'starting' },
    town: { ledger: startingSince(10 * MINUTE) },
    finds: ['starting deacon!'],
  },
  {
    says: 'that has been starting for 10 min right after a long gap is no warning',
    deacon: { state: 'starting' },
    town: { ledger: startingSince(10 * MINUTE), afterGap: true },
    finds: ['starting deacon'],
  },
  {
    says: 'that has been starting for 10 min is no warning where an empty session is given longer',
    deacon: { state: 'starting' },
    town: { ledger: startingSince(10 * MINUTE), settings: { ...defaultSettings, zombieGrace: 11 * MINUTE } },
    finds: ['starting deacon'],
  },
  {
    says: 'that is starting and was in another condition before is no warning',
    deacon: { state: 'starting' },
    town: { ledger: ledgerOf({ deacon: { attention: { condition: 'unknown', since: ago(HOUR) } } }) },
    finds: ['starting deacon'],
  },
  {
    says: 'that was told to stay down stays down',
    deacon: { state: 'dead', restraint: parked },
    finds: ['restrained deacon'],
  },
  { says: 'that was told to stay down but runs is not mentioned', deacon: { restraint: parked } },
  {
    says: 'zombie with a person attached is left for that person',
    deacon: { state: 'zombie', session: { attached: 1 } },
    does: ['start deacon later'],
    finds: ['attached deacon!'],
  },
  {
    says: 'zombie with a second pane is left alone',
    deacon: { state: 'zombie', session: { panes: 2 } },
    does: ['start deacon later'],
    finds: ['attached deacon!'],
  },
  {
    says: 'zombie in whose session this check runs is left alone',
    deacon: { state: 'zombie', session: { holdsThisCheck: true } },
    does: ['start deacon later'],
    finds: ['attached deacon!'],
  },
  {
    says: 'that was started 10 s ago waits',
    deacon: { state: 'dead' },
    town: { ledger: ledgerOf({ deacon: { starts: [startedAgo(10 * SECOND)] } }) },
    finds: ['waiting deacon!'],
  },
  {
    says: 'that was started 30 s ago is started again',
    deacon: { state: 'dead' },
    town: { ledger: ledgerOf({ deacon: { starts: [startedAgo(30 * SECOND)] } }) },
    does: ['start deacon'],
  },
  {
    says: 'that was started five times within the hour is held',
    deacon: { state: 'dead' },
    town: {
      ledger: ledgerOf({ deacon: { starts: fiveStarts } }),
    },
    finds: ['held deacon!'],
  },
  { says: 'with a fresh working bead is believed with --trust-beads', deacon: { state: 'dead' }, town: trusting },
  {
    says: 'with a bead of 15 min is still believed with --trust-beads',
    deacon: { state: 'dead', bead: { state: 'running', updatedAt: ago(15 * MINUTE) } },
    town: trusting,
  },
  {
    says: 'with an older bead is not believed',
    deacon: { state: 'dead', bead: { updatedAt: ago(15 * MINUTE + 1) } },
    town: trusting,
    does: ['start deacon'],
  },
  {
    says: 'with an idle bead is not believed',
    deacon: { state: 'dead', bead: { state: 'idle' } },
    town: trusting,
    does: ['start deacon'],
  },
  {
    says: 'without a bead is not believed',
    deacon: { state: 'dead', bead: null },
    town: trusting,
    does: ['start deacon'],
  },
  {
    says: 'that is a zombie is not believed: its session is there',
    deacon: { state: 'zombie' },
    town: trusting,
    does: ['start deacon'],
  },
]

const unread = (ms: number) => ({ mail: known([mail({ createdAt: ago(ms) })]) })
const silent = { session: { activityAt: ago(31 * MINUTE) } }
const told = { does: ['notify deacon to mayor/'], finds: ['stalled deacon!'] }

const stalls: readonly Row[] = [
  { says: 'silent for hours without mail is merely idle', deacon: { session: { activityAt: ago(9 * HOUR) } } },
  { says: 'silent while mail waits is stalled', deacon: silent, town: unread(31 * MINUTE), ...told },
  {
    says: 'silent for 30 min exactly is not stalled',
    deacon: { session: { activityAt: ago(30 * MINUTE) } },
    town: unread(HOUR),
  },
  { says: 'silent while mail waits for 30 min exactly is not stalled', deacon: silent, town: unread(30 * MINUTE) },
  { says: 'whose pane moves is not stalled', deacon: { session: { activityAt: ago(MINUTE) } }, town: unread(HOUR) },
  {
    says: 'whose mail and pane lie in the future is not stalled',
    deacon: { session: { activityAt: NOW + HOUR } },
    town: unread(-HOUR),
  },
  { says: 'whose mail cannot be told is not stalled', deacon: silent, town: { mail: cannotTell('bd timed out') } },
  {
    says: 'whose mail has no time is not stalled',
    deacon: silent,
    town: { mail: known([mail({ createdAt: undefined })]) },
  },
  {
    says: 'is not stalled by a lifecycle request, which is not its to read',
    deacon: silent,
    town: { mail: known([mail({ createdAt: ago(HOUR), request: { verb: 'cycle' } })]) },
  },
  {
    says: 'is not stalled by the announcement of a spawn',
    deacon: silent,
    town: { mail: known([mail({ createdAt: ago(HOUR), subject: 'POLECAT_STARTED gastown/toast' })]) },
  },
  { says: 'told to stay down is not called stalled', deacon: { ...silent, restraint: parked }, town: unread(HOUR) },
]

describe('a deacon', () => {
  it.each([...rows, ...stalls])('$says', ({ deacon: options, town: parts = {}, does = [], finds = [], blind = [] }) => {
    const plan = deaconRunning(town(parts, deacon(options)), emptyPlan)
    expect(inWords(plan)).toEqual({ does, finds, blind })
  })

  it('gets its zombie session cleaned up first', () => {
    const plan = deaconRunning(town({}, deacon({ state: 'zombie' })), emptyPlan)
    expect(plan.actions).toMatchObject([{ kind: 'start', zombie: session().identity, rule: 'deacon-running' }])
  })

  it('that is left to a person says so where it is put off', () => {
    const plan = deaconRunning(town({}, deacon({ state: 'zombie', session: { attached: 1 } })), emptyPlan)
    const because = 'a person is attached to its session'
    expect(plan.actions).toMatchObject([{ deferred: { because, soon: false } }])
    expect(plan.findings).toMatchObject([{ because: expect.stringContaining(because) }])
  })

  it('that waits says when it is tried next', () => {
    const ledger = ledgerOf({ deacon: { starts: [startedAgo(90 * SECOND), startedAgo(20 * SECOND)] } })
    const plan = deaconRunning(town({ ledger }, deacon({ state: 'dead' })), emptyPlan)
    expect(plan.findings).toMatchObject([{ until: ago(20 * SECOND) + 60 * SECOND, evidence: { starts: 2 } }])
    expect(plan.findings[0]?.because).toBe('a dead session for the test; 2 restarts failed')
  })

  it.each<[string, readonly StartRecord[], string]>([
    [
      'one failed',
      [{ ...startedAgo(SECOND), error: 'claude was not found' }],
      '1 restart failed (claude was not found)',
    ],
    [
      'it ended again',
      [startedAgo(90 * SECOND), startedAgo(SECOND)].map((one) => ({ ...one, outcome: 'started' })),
      '2 restarts did not keep it running',
    ],
    [
      'some failed',
      [
        { ...startedAgo(90 * SECOND), error: 'no licence' },
        { ...startedAgo(SECOND), outcome: 'started' },
      ],
      '2 restarts did not keep it running (no licence)',
    ],
  ])('says how its starts went: %s', (_, starts, said) => {
    const plan = deaconRunning(town({ ledger: ledgerOf({ deacon: { starts } }) }, deacon({ state: 'dead' })), emptyPlan)
    expect(plan.findings).toMatchObject([{ state: 'retrying', because: `a dead session for the test; ${said}` }])
  })

  it.each<[string, SightOptions, Partial<Snapshot>, string | undefined]>([
    ['alive', {}, {}, undefined],
    ['blocked by a person', { state: 'zombie', session: { attached: 1 } }, {}, 'blocked'],
    ['not understood', { state: 'unknown' }, {}, 'unknown'],
    ['starting', { state: 'starting' }, {}, 'starting'],
    ['retrying', { state: 'dead' }, { ledger: ledgerOf({ deacon: { starts: [startedAgo(SECOND)] } }) }, 'retrying'],
    ['held', { state: 'dead' }, { ledger: ledgerOf({ deacon: { starts: fiveStarts } }) }, 'held'],
    ['paused', { state: 'dead', restraint: parked }, {}, 'paused'],
    ['paused while something runs', { state: 'unknown', restraint: parked }, {}, 'paused'],
    [
      'blocked, since the issues cannot be asked',
      { state: 'dead', restraint: { kind: 'blind', because: 'bd timed out' } },
      {},
      'blocked',
    ],
  ])('has a state: %s', (_, options, parts, state) => {
    const { findings } = deaconRunning(town(parts, deacon(options)), emptyPlan)
    expect(findings.map((one) => one.state)).toEqual(state === undefined ? [] : [state])
  })

  it('that is stalled shows its mail, its ages and the end of its pane', () => {
    const sight = deacon({ ...silent, paneTail: 'one\ntwo' })
    const plan = deaconRunning(town(unread(95 * MINUTE), sight), emptyPlan)
    expect(plan.findings).toMatchObject([{ evidence: { paneSilentSeconds: 31 * 60, paneTail: ['one', 'two'] } }])
    expect(plan.actions).toMatchObject([
      { key: 'STALLED|deacon|', subject: 'STALLED: deacon has left mail unread for 1h35m0s' },
    ])
  })

  it('about whom a request decides is not judged', () => {
    const shutdown = {
      kind: 'shutdown',
      rule: 'lifecycle-requests',
      because: 'asked for',
      agent: { role: 'deacon' },
      mailId: 'hq-1',
      verb: 'shutdown',
      session: 'absent',
      claimed: false,
      hook: null,
      clearFlag: true,
    } as const
    const plan = deaconRunning(town({}, deacon({ state: 'dead' })), { actions: [shutdown], findings: [] })
    expect(plan.actions).toEqual([])
  })
})
