import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Action } from '../../../src/domain/action.js'
import type { TmuxClient } from '../../../src/domain/attached-clients.js'
import { cannotTell, known } from '../../../src/domain/known.js'
import { type Claim, emptyLedger, type Ledger, type StartRecord, type Verb } from '../../../src/domain/ledger.js'
import type { AgentSight, Mail, Snapshot } from '../../../src/domain/snapshot.js'
import { lifecycleRequests } from '../../../src/rules/lifecycle-requests.js'
import { busyTime } from '../../support/busy-time.js'
import {
  ago,
  classicSteps,
  crew,
  HOUR,
  ledgerOf,
  MINUTE,
  mail,
  mayor,
  NOW,
  polecat,
  refinery,
  SECOND,
  type SightOptions,
  session,
  town,
  witness,
} from '../../support/town-builder.js'

/** A state file that confirms these requests. */
const raised = (...verbs: readonly Verb[]): AgentSight['flags'] =>
  known({
    path: '/town/gastown/witness/state.json',
    requesting: {
      cycle: verbs.includes('cycle'),
      restart: verbs.includes('restart'),
      shutdown: verbs.includes('shutdown'),
    },
  })
const ready: SightOptions = { flags: raised('cycle', 'restart', 'shutdown') }
const ask = (verb: Verb, overrides: Partial<Mail> = {}): Mail =>
  mail({ id: 'gm-1', subject: 'LIFECYCLE: x', from: 'gastown/witness', request: { verb }, ...overrides })
const here = session().identity
const elsewhere = { ...here, sessionId: '$2' }

const brief = (action: Action): string => {
  const wait = action.deferred === undefined ? '' : ` (${action.deferred.soon ? 'soon' : 'later'})`
  if (action.kind === 'close-mail') return `close ${action.mailId}${action.clearFlag ? ` -${action.clearFlag}` : ''}`
  if (!('verb' in action)) return action.kind
  return `${action.claimed ? 'finish ' : ''}${action.kind} ${action.mailId}${wait}`
}
const deeds = (snapshot: Snapshot): readonly string[] => lifecycleRequests(snapshot).actions.map(brief)
const verdicts = (snapshot: Snapshot): readonly string[] =>
  lifecycleRequests(snapshot).findings.map(({ verdict, wantsPerson }) => `${verdict}${wantsPerson ? '!' : ''}`)
const reasons = (snapshot: Snapshot): readonly string[] =>
  lifecycleRequests(snapshot).findings.map((one) => one.because)

/** A town whose witness sent these mails and confirmed every request. */
const asked = (mails: readonly Mail[], options: SightOptions = {}, overrides: Partial<Snapshot> = {}): Snapshot =>
  town({ mail: known(mails), ...overrides }, witness('gastown', { ...ready, ...options }))

describe('a request', () => {
  it.each<Verb>(['cycle', 'restart', 'shutdown'])('to %s is carried out on the session that was seen', (verb) => {
    const snapshot = asked([ask(verb)], { bead: { hook: 'gt-7' } })
    expect(lifecycleRequests(snapshot)).toMatchObject({
      findings: [],
      actions: [
        {
          kind: verb,
          rule: 'lifecycle-requests',
          agent: { role: 'witness', rig: 'gastown' },
          mailId: 'gm-1',
          verb,
          session: here,
          claimed: false,
          hook: 'gt-7',
          clearFlag: true,
        },
      ],
    })
  })

  it.each<[string, SightOptions, string | null]>([
    ['what hangs there', { bead: { hook: 'gt-7' } }, 'gt-7'],
    ['nothing', {}, ''],
    ['nobody knows: no bead', { bead: null }, null],
    ['nobody knows: no answer', { bead: cannotTell('bd timed out') }, null],
  ])('to shut down remembers what is on the hook: %s', (_, options, hook) => {
    expect(lifecycleRequests(asked([ask('shutdown')], options)).actions).toMatchObject([{ hook }])
  })

  it.each([
    ['mayor/', mayor(ready)],
    ['gastown-refinery', refinery('gastown', ready)],
    ['gastown/crew/max', crew('gastown', 'max', ready)],
    ['gastown/toast', polecat('gastown', 'toast', ready)],
  ])('is carried out for %s', (from, sight) => {
    const { actions } = lifecycleRequests(town({ mail: known([ask('cycle', { from })]) }, sight))
    expect(actions).toMatchObject([{ kind: 'cycle', agent: sight.agent }])
  })

  it.each<[string, SightOptions, readonly string[]]>([
    ['a dead agent is started', { state: 'dead' }, ['cycle gm-1']],
    ['a zombie is replaced', { state: 'zombie' }, ['cycle gm-1']],
  ])('to cycle %s', (_, options, expected) => expect(deeds(asked([ask('cycle')], options))).toEqual(expected))

  it('to shut down is carried out on an agent that is down: there is nothing to kill', () => {
    const { actions } = lifecycleRequests(asked([ask('shutdown')], { state: 'dead' }))
    expect(actions).toMatchObject([{ kind: 'shutdown', session: 'absent', claimed: false }])
  })

  it('is carried out whatever its mail is called', () => {
    expect(deeds(asked([ask('cycle', { id: '__proto__' })]))).toEqual(['cycle __proto__'])
  })

  it('other mail is none of its business', () => {
    expect(deeds(asked([mail(), mail({ subject: 'POLECAT_STARTED gastown/x', createdAt: ago(9 * HOUR) })]))).toEqual([])
  })
})

describe('a request that came too late', () => {
  it.each<[string, Partial<Mail>, SightOptions, readonly string[], readonly string[]]>([
    ['after 6 h exactly is carried out', { createdAt: ago(6 * HOUR) }, { state: 'dead' }, ['cycle gm-1'], []],
    ['after more is closed', { createdAt: ago(6 * HOUR) - 1 }, { state: 'dead' }, ['close gm-1'], ['too-old']],
    [
      'after more is closed, whoever sent it',
      { createdAt: ago(7 * HOUR), from: 'overseer' },
      {},
      ['close gm-1'],
      ['too-old'],
    ],
    [
      'after more is closed, whatever it says',
      { createdAt: ago(7 * HOUR), request: { complaint: 'x' } },
      {},
      ['close gm-1'],
      ['too-old'],
    ],
    ['older than the session is closed', { createdAt: ago(61 * MINUTE) }, {}, ['close gm-1'], ['superseded']],
    [
      'older than a new process in an old session is closed',
      { createdAt: ago(MINUTE) },
      { session: { processStartedAt: ago(30 * SECOND) } },
      ['close gm-1'],
      ['superseded'],
    ],
    [
      'of the same second as the session is carried out',
      { createdAt: ago(MINUTE) },
      { session: { createdAt: ago(MINUTE), processStartedAt: ago(MINUTE) + 999 } },
      ['cycle gm-1'],
      [],
    ],
    [
      'a second older than the session is closed',
      { createdAt: ago(MINUTE) - 1 },
      { session: { createdAt: ago(MINUTE) } },
      ['close gm-1'],
      ['superseded'],
    ],
    [
      'is not compared with a session that is gone',
      { createdAt: ago(5 * HOUR) },
      { state: 'dead' },
      ['cycle gm-1'],
      [],
    ],
    ['without a time is left', { createdAt: undefined }, {}, [], ['not-understood!']],
    ['from the future is left', { createdAt: NOW + SECOND }, {}, [], ['not-understood!']],
    ['for a session from the future is left', {}, { session: { createdAt: NOW + SECOND } }, [], ['not-understood!']],
    ['sent while we looked is no riddle', { createdAt: NOW + 999 }, {}, ['cycle gm-1'], []],
  ])('%s', (_, overrides, options, actions, findings) => {
    const snapshot = asked([ask('cycle', overrides)], options)
    expect(deeds(snapshot)).toEqual(actions)
    expect(verdicts(snapshot)).toEqual(findings)
  })

  it('is named with its age when it is closed, right after a long gap too', () => {
    const snapshot = asked([ask('cycle', { createdAt: ago(7 * HOUR) })], {}, { afterGap: true })
    expect(reasons(snapshot)).toEqual(['lifecycle mail "gm-1" from "gastown/witness": sent 7h0m0s ago (max: 6h0m0s)'])
  })

  const start = (overrides: Partial<StartRecord>): StartRecord => ({
    at: ago(MINUTE),
    by: 'inference',
    outcome: 'started',
    identity: here,
    ...overrides,
  })
  const { identity: _, ...unfinished } = start({ outcome: 'begun', at: ago(MINUTE) - SECOND })
  it.each<[string, StartRecord, readonly string[]]>([
    ['that we started on our own is carried out', start({}), ['cycle gm-1']],
    ['that we started on request is closed', start({ by: 'request' }), ['close gm-1']],
    ['that came after the one we started is closed', start({ identity: elsewhere }), ['close gm-1']],
    ['that a killed check of ours started is carried out', unfinished, ['cycle gm-1']],
    ['that came long after our last start is closed', { ...unfinished, at: ago(HOUR) }, ['close gm-1']],
    ['that came after our start had failed is closed', { ...unfinished, outcome: 'failed' }, ['close gm-1']],
    ['that was there before we began to start one is closed', { ...unfinished, at: ago(30 * SECOND) }, ['close gm-1']],
  ])('for a session %s', (_, record, expected) => {
    const ledger = ledgerOf({ 'gastown/witness': { starts: [record] } })
    const options = { session: { createdAt: ago(MINUTE), processStartedAt: ago(MINUTE) } }
    expect(deeds(asked([ask('cycle', { createdAt: ago(HOUR) })], options, { ledger }))).toEqual(expected)
  })
})

describe('a request that is refused stays, and is said', () => {
  const got = known({
    path: '/p',
    requesting: { cycle: false, restart: false, shutdown: false },
    got: { cycle: '"yes"' },
  })
  it.each<[string, Partial<Mail>, SightOptions, string]>([
    [
      'its words are not understood',
      { request: { complaint: 'unparseable body: "x"' } },
      {},
      'lifecycle mail "gm-1" from "gastown/witness": unparseable body: "x"',
    ],
    [
      'it comes from the human',
      { from: 'overseer' },
      {},
      'lifecycle mail "gm-1" from "overseer": the sender is "overseer"',
    ],
    ['its sender is nobody', { from: 'gastown/x' }, {}, 'no agent of this town signs as "gastown/x"'],
    [
      'there is no state file',
      {},
      { flags: known(null), stateFile: '/town/gastown/witness/state.json' },
      'cycle asked for by mail "gm-1": agent state file not found: /town/gastown/witness/state.json (agent must set requesting_cycle=true before lifecycle request)',
    ],
    [
      'the state file lacks the flag',
      {},
      { flags: raised('restart') },
      'agent state missing requesting_cycle field (agent must set this before lifecycle request)',
    ],
    ['the flag is not true', {}, { flags: got }, 'agent state requesting_cycle is not true (got: "yes")'],
  ])('because %s', (_, overrides, options, because) => {
    const snapshot = asked([ask('cycle', overrides)], options)
    expect(deeds(snapshot)).toEqual([])
    expect(verdicts(snapshot)).toEqual(['refused!'])
    expect(reasons(snapshot)[0]).toContain(because)
  })

  it('because a crew member and a polecat share the name', () => {
    const sights = [crew('gastown', 'max', ready), polecat('gastown', 'max', ready)]
    const snapshot = town({ mail: known([ask('cycle', { from: 'gastown/max' })]) }, ...sights)
    expect(deeds(snapshot)).toEqual([])
    expect(reasons(snapshot)[0]).toContain('could be gastown/crew/max or gastown/polecats/max')
  })

  it('because its worker has no directory: only who exists can have asked', () => {
    const gone = polecat('gastown', 'max', { ...ready, folder: known('missing') })
    const from = (name: string, ...sights: readonly AgentSight[]) =>
      deeds(town({ mail: known([ask('cycle', { from: name })]) }, ...sights))
    expect(from('gastown/polecats/max', gone)).toEqual([])
    expect(from('gastown/max', gone, crew('gastown', 'max', ready))).toEqual(['cycle gm-1'])
  })

  it('but a town of today needs no flag: the mail is the request', () => {
    const steps = { ...classicSteps, requestFlags: false }
    const { actions } = lifecycleRequests(asked([ask('cycle')], { flags: known(null) }, { steps }))
    expect(actions).toMatchObject([{ kind: 'cycle', clearFlag: false }])
  })
})

describe('what nobody can tell stops a request, and only that one', () => {
  it.each<[string, SightOptions]>([
    ['its session', { state: 'unknown', blind: true }],
    ['its flags', { flags: cannotTell('/town/gastown/witness/state.json is no JSON') }],
    ['its work folder', { folder: cannotTell('permission denied') }],
  ])('%s', (_, options) => {
    const { actions, findings, blindSpots } = lifecycleRequests(asked([ask('cycle')], options))
    expect({ actions, findings }).toEqual({ actions: [], findings: [] })
    expect(blindSpots).toHaveLength(1)
  })

  it('looking has said it already', () => {
    const flags = cannotTell('/town/gastown/witness/state.json is no JSON')
    const blindSpots = [{ what: 'a state file', why: flags.known ? '' : flags.why }]
    expect(lifecycleRequests(asked([ask('cycle')], { flags }, { blindSpots })).blindSpots).toEqual([])
  })

  it('a session that is not understood is left alone and said', () => {
    const snapshot = asked([ask('cycle')], { state: 'unknown', session: {} })
    expect([deeds(snapshot), verdicts(snapshot)]).toEqual([[], ['not-understood!']])
  })

  it('a shutdown needs no work folder', () => {
    expect(deeds(asked([ask('shutdown')], { folder: cannotTell('permission denied') }))).toEqual(['shutdown gm-1'])
  })

  it('without rigs the deacon and the mayor still get what they ask for', () => {
    const mails = [
      ask('cycle', { id: 'a' }),
      ask('cycle', { id: 'b', from: 'mayor/' }),
      ask('cycle', { id: 'c', from: 'overseer' }),
      ask('cycle', { id: 'd', createdAt: ago(7 * HOUR) }),
      ask('cycle', { id: 'e', from: '' }),
    ]
    const rigs = cannotTell('rigs.json is broken')
    const snapshot = town({ mail: known(mails), rigs }, mayor(ready), witness('gastown', ready))
    expect(deeds(snapshot)).toEqual(['close d', 'cycle b'])
    expect(verdicts(snapshot)).toEqual(['too-old', 'refused!', 'refused!'])
  })

  it('a rig whose workers could not be listed may have another one of that name', () => {
    const sights = [polecat('gastown', 'max', ready), witness('gastown', ready)]
    const from = (name: string, unlisted = 'gastown') => {
      const snapshot = town({ mail: known([ask('cycle', { from: name })]), unlistedRigs: [unlisted] }, ...sights)
      return [...deeds(snapshot), ...verdicts(snapshot)]
    }
    expect(from('gastown/max')).toEqual([])
    expect(from('gastown/nobody')).toEqual([])
    expect(from('gastown/polecats/max')).toEqual(['cycle gm-1'])
    expect(from('gastown/witness')).toEqual(['cycle gm-1'])
    expect(from('gastown/max', 'beads')).toEqual(['cycle gm-1'])
    expect(from('gastown/nobody', 'beads')).toEqual(['refused!'])
  })

  it('mail that nobody could read brings nothing new', () => {
    expect(lifecycleRequests(asked([], {}, { mail: cannotTell('bd timed out') }))).toMatchObject({
      actions: [],
      findings: [],
    })
  })
})

describe('a request that cannot be carried out now stays', () => {
  const requests: readonly StartRecord[] = [50, 40, 30, 20, 10].map((minutes) => ({
    at: ago(minutes * MINUTE),
    by: 'request',
    outcome: 'started',
  }))
  const busy: Ledger = ledgerOf({ 'gastown/witness': { starts: requests } })
  it.each<[string, SightOptions, string, readonly string[]]>([
    ['a person is attached', { session: { attached: 1 } }, 'cycle gm-1 (later)', ['attached!']],
    [
      'a person is attached to a zombie',
      { state: 'zombie', session: { attached: 1 } },
      'cycle gm-1 (later)',
      ['attached!'],
    ],
    ['it has a second pane', { session: { panes: 2 } }, 'cycle gm-1 (later)', ['attached!']],
    ['the check runs in it', { session: { holdsThisCheck: true } }, 'cycle gm-1 (later)', ['attached!']],
    ['its rig is parked', { restraint: { kind: 'parked', because: 'parked' } }, 'cycle gm-1 (later)', ['restrained']],
    [
      'its rig is parked and it is down',
      { state: 'dead', restraint: { kind: 'parked', because: 'parked' } },
      'cycle gm-1 (later)',
      ['restrained'],
    ],
    ['it is stood down', { restraint: { kind: 'stood-down', because: 'down' } }, 'cycle gm-1 (later)', ['restrained']],
    ['the agent is still starting', { state: 'starting' }, 'cycle gm-1 (soon)', ['starting']],
  ])('%s', (_, options, action, findings) => {
    const snapshot = asked([ask('cycle')], options)
    expect([deeds(snapshot), verdicts(snapshot)]).toEqual([[action], findings])
    expect(lifecycleRequests(snapshot).findings).toMatchObject([{ evidence: { mail: 'gm-1', action: 'cycle' } }])
  })

  const attached = { attached: 1, windows: [{ id: '@1', viewers: 1, panes: ['%1'] }] }
  const client = (since: number, pressedAt: number): TmuxClient => ({
    ...{ name: '/dev/pts/1', createdAt: since, activityAt: pressedAt, sessionId: '$1' },
    ...{ sessionAttachedAt: since, windowId: '@1' },
  })
  const [early, later, idle] = [
    client(ago(HOUR), ago(SECOND)),
    client(ago(SECOND), ago(SECOND)),
    client(ago(SECOND), ago(9 * MINUTE)),
  ]
  it.each<[string, TmuxClient, SightOptions, Partial<Mail>, string]>([
    ['is carried out: they saw it', early, {}, {}, 'cycle gm-1'],
    ['waits: they came later', later, {}, {}, 'cycle gm-1 (later)'],
    ['is carried out: they have paused', idle, {}, {}, 'cycle gm-1'],
    ['waits: a shell is left, and they are active', early, { state: 'zombie' }, {}, 'cycle gm-1 (later)'],
    ['is carried out: a shell is left, and they have paused', idle, { state: 'zombie' }, {}, 'cycle gm-1'],
    ['waits: its rig is parked', early, { restraint: { kind: 'parked', because: 'x' } }, {}, 'cycle gm-1 (later)'],
  ])('a person is attached, and it %s', (_, one, options, letter, expected) => {
    const snapshot = asked([ask('cycle', letter)], { session: attached, ...options }, { clients: known([one]) })
    expect(deeds(snapshot)).toEqual([expected])
    const { until } = lifecycleRequests(snapshot).findings[0] ?? {}
    if (one === later) expect(until).toBe(NOW + 2 * MINUTE)
  })

  it.each<[string, number | undefined, string]>([
    ['a claim that they saw is finished', ago(MINUTE), 'finish cycle gm-9'],
    ['a claim of before they came waits', ago(2 * HOUR), 'finish cycle gm-9 (later)'],
    ['a claim of which nothing tells when it was sent waits', undefined, 'finish cycle gm-9 (later)'],
  ])('a person is attached: %s', (_, sentAt, expected) => {
    const claim: Claim = {
      ...{ address: 'gastown/witness', verb: 'cycle', session: here, state: 'claimed', claimedAt: ago(MINUTE) },
      ...{ changedAt: ago(MINUTE), mailOpen: false, ...(sentAt === undefined ? {} : { sentAt }) },
    }
    const ledger = { ...emptyLedger, claims: { 'gm-9': claim } }
    expect(deeds(asked([], { session: attached }, { ledger, clients: known([early]) }))).toEqual([expected])
  })

  it.each<[string, 'missing' | 'not-a-worktree', AgentSight, boolean]>([
    ['a witness without a folder', 'missing', witness('gastown', ready), false],
    ['a polecat without a work tree', 'not-a-worktree', polecat('gastown', 'toast', ready), false],
    ['a crew member without a work tree', 'not-a-worktree', crew('gastown', 'max', ready), true],
    ['a refinery without a work tree', 'not-a-worktree', refinery('gastown', ready), true],
    ['a mayor without a work tree', 'not-a-worktree', mayor(ready), true],
    ['a witness without a work tree', 'not-a-worktree', witness('gastown', ready), true],
  ])('%s', (_, state, sight, isCarriedOut) => {
    const folder = known(state)
    const snapshot = town({ mail: known([ask('cycle', { from: sight.address })]) }, { ...sight, folder })
    expect(deeds(snapshot)).toEqual(isCarriedOut ? ['cycle gm-1'] : [])
    expect(verdicts(snapshot)).toEqual(isCarriedOut ? [] : ['folder!'])
  })

  it('a sixth start on request within the hour waits, and the running session stays', () => {
    const snapshot = asked([ask('cycle')], {}, { ledger: busy })
    expect([deeds(snapshot), verdicts(snapshot)]).toEqual([['cycle gm-1 (later)'], ['held!']])
    expect(deeds(asked([ask('shutdown')], {}, { ledger: busy }))).toEqual(['shutdown gm-1'])
  })

  it('a sixth one of an agent that is down does not keep it from being brought up otherwise', () => {
    const snapshot = asked([ask('cycle')], { state: 'dead' }, { ledger: busy })
    expect([deeds(snapshot), verdicts(snapshot)]).toEqual([[], ['held!']])
  })
})

describe('an agent that asks twice', () => {
  const older = (verb: Verb) => ask(verb, { id: 'old', createdAt: ago(3 * MINUTE) })
  const newer = (verb: Verb) => ask(verb, { id: 'new', createdAt: ago(2 * MINUTE), from: 'gastown-witness' })
  it.each<[string, readonly Mail[], SightOptions, readonly string[]]>([
    ['gets the newest', [older('cycle'), newer('shutdown')], {}, ['shutdown new', 'close old -cycle']],
    [
      'gets the newest, in whatever order the mail lies',
      [newer('cycle'), older('cycle')],
      {},
      ['cycle new', 'close old'],
    ],
    [
      'gets the newest that it confirmed',
      [older('cycle'), newer('shutdown')],
      { flags: raised('cycle') },
      ['cycle old', 'close new'],
    ],
    ['and confirmed none gets none', [older('cycle'), newer('shutdown')], { flags: raised('restart') }, []],
    [
      'while a person is attached keeps both',
      [older('cycle'), newer('shutdown')],
      { session: { attached: 1 } },
      ['shutdown new (later)'],
    ],
  ])('%s', (_, mails, options, expected) => expect(deeds(asked(mails, options))).toEqual(expected))

  it('has it remembered which one gave way', () => {
    const { actions } = lifecycleRequests(asked([older('cycle'), newer('shutdown')]))
    expect(actions[0]).toMatchObject({ kind: 'shutdown', mailId: 'new', supersedes: ['old'] })
  })

  it('and confirmed none is told so for each', () => {
    expect(verdicts(asked([older('cycle'), newer('shutdown')], { flags: raised('restart') }))).toEqual([
      'refused!',
      'refused!',
    ])
  })

  it('has nothing to do with another agent that asks', () => {
    const mails = [older('cycle'), ask('cycle', { id: 'b', from: 'mayor/' }), newer('restart')]
    const snapshot = town({ mail: known(mails) }, witness('gastown', ready), mayor(ready))
    expect(deeds(snapshot)).toEqual(['restart new', 'close old -cycle', 'cycle b'])
  })
})

describe('what an earlier check claimed', () => {
  const claim = (overrides: Partial<Claim> = {}): Claim => ({
    address: 'gastown/witness',
    verb: 'cycle',
    session: here,
    state: 'claimed',
    claimedAt: ago(2 * MINUTE),
    changedAt: ago(2 * MINUTE),
    mailOpen: true,
    ...overrides,
  })
  const claimed = (overrides: Partial<Claim>, options: SightOptions = {}, rest: Partial<Snapshot> = {}): Snapshot =>
    asked([], options, { ledger: { ...emptyLedger, claims: { 'gm-1': claim(overrides) } }, ...rest })

  it.each<[string, Partial<Claim>, SightOptions, readonly string[]]>([
    ['is finished on the session that still stands there', {}, {}, ['finish cycle gm-1']],
    ['is finished when the agent is down', {}, { state: 'dead' }, ['finish cycle gm-1']],
    ['is finished when it was killed and not started', { state: 'killed' }, { state: 'dead' }, ['finish cycle gm-1']],
    ['is finished when another session stands there', { session: elsewhere }, {}, ['finish cycle gm-1']],
    ['is finished when another one is starting', { session: elsewhere }, { state: 'starting' }, ['finish cycle gm-1']],
    ['is finished when it was about nobody', { session: 'absent' }, {}, ['finish cycle gm-1']],
    ['to shut down is finished', { verb: 'shutdown' }, { state: 'dead' }, ['finish shutdown gm-1']],
    [
      'to shut down is finished where nothing stands, though its rig is parked',
      { verb: 'shutdown' },
      { state: 'dead', restraint: { kind: 'parked', because: 'parked' } },
      ['finish shutdown gm-1'],
    ],
    [
      'to shut down needs nowhere to work',
      { verb: 'shutdown' },
      { folder: known('missing') },
      ['finish shutdown gm-1'],
    ],
    [
      'waits while a person is attached to that session',
      {},
      { session: { attached: 1 } },
      ['finish cycle gm-1 (later)'],
    ],
    [
      'does not wait for a person at another session',
      { session: elsewhere },
      { session: { attached: 1 } },
      ['finish cycle gm-1'],
    ],
    [
      'to be started waits while its rig is parked',
      {},
      { state: 'dead', restraint: { kind: 'parked', because: 'parked' } },
      ['finish cycle gm-1 (later)'],
    ],
    ['is left while nobody can tell what stands there', {}, { state: 'unknown', blind: true }, []],
    ['is left while what stands there is not understood', {}, { state: 'unknown', session: {} }, []],
    ['is left while it has nowhere to work', {}, { state: 'dead', folder: known('missing') }, []],
    ['is never carried out again when it is done', { state: 'done' }, {}, []],
    ['is never carried out again when it failed', { state: 'failed' }, {}, []],
  ])('%s', (_, overrides, options, expected) => expect(deeds(claimed(overrides, options))).toEqual(expected))

  it.each<[string, Verb, Partial<Claim>, SightOptions, readonly string[]]>([
    [
      'done: the agent that is down stays so',
      'cycle',
      { verb: 'shutdown', state: 'done' },
      { state: 'dead' },
      ['close old -cycle'],
    ],
    [
      'done: the new session stays',
      'shutdown',
      { state: 'done' },
      { session: { createdAt: ago(MINUTE) } },
      ['close old -shutdown'],
    ],
    ['finished first', 'restart', { verb: 'cycle' }, {}, ['finish cycle gm-1', 'close old -restart']],
    ['of its own kind', 'cycle', { state: 'done' }, { state: 'dead' }, ['close old']],
  ])('keeps the request that gave way to it closed when it is %s', (_, verb, overrides, options, expected) => {
    const ledger = { ...emptyLedger, claims: { 'gm-1': claim({ ...overrides, supersedes: ['old'] }) } }
    const older = ask(verb, { id: 'old', createdAt: ago(3 * MINUTE) })
    expect(deeds(asked([older], options, { ledger }))).toEqual(expected)
  })

  it('is finished for the session it was about, whatever stands there, also when the mail cannot be read', () => {
    const mail = cannotTell('bd timed out')
    const { actions } = lifecycleRequests(claimed({ session: elsewhere }, {}, { mail }))
    expect(actions).toMatchObject([
      { kind: 'cycle', mailId: 'gm-1', claimed: true, session: elsewhere, clearFlag: true },
    ])
  })

  it('is finished once, though its mail still lies there', () => {
    expect(deeds({ ...claimed({}), mail: known([ask('cycle')]) })).toEqual(['finish cycle gm-1'])
  })

  it.each(['done', 'failed'] as const)('and %s only has its mail closed, as often as it takes', (state) => {
    const snapshot = { ...claimed({ state }), mail: known([ask('cycle', { createdAt: ago(9 * HOUR) })]) }
    expect([deeds(snapshot), verdicts(snapshot)]).toEqual([['close gm-1'], []])
  })

  it('goes first: a new request of that agent waits for it, and keeps its flag', () => {
    const mails = [ask('cycle', { id: 'gm-2' }), ask('restart', { id: 'gm-3', from: 'mayor' })]
    const ledger = { ...emptyLedger, claims: { 'gm-1': claim() } }
    const snapshot = town({ mail: known(mails), ledger }, witness('gastown', ready), mayor(ready))
    expect(deeds(snapshot)).toEqual(['finish cycle gm-1', 'restart gm-3'])
    expect(lifecycleRequests(snapshot).actions[0]).toMatchObject({ clearFlag: false })
  })

  it('and killed, started in vain, waits for its next try', () => {
    const starts: readonly StartRecord[] = [{ at: ago(10 * SECOND), by: 'request', outcome: 'failed' }]
    const ledger = ledgerOf({ 'gastown/witness': { starts } }, { claims: { 'gm-1': claim({ state: 'killed' }) } })
    const snapshot = asked([], { state: 'dead' }, { ledger })
    expect(deeds(snapshot)).toEqual(['finish cycle gm-1 (later)'])
    expect(lifecycleRequests(snapshot).findings).toMatchObject([
      {
        verdict: 'waiting',
        until: NOW + 20 * SECOND,
        wantsPerson: true,
        state: 'retrying',
        because: expect.stringContaining('1 restart failed'),
      },
    ])
  })

  it.each<[string, readonly number[], SightOptions, readonly string[]]>([
    ['waits, whatever went wrong before', [3 * MINUTE, 10 * SECOND], { state: 'dead' }, ['finish cycle gm-1 (later)']],
    ['is started when its wait is over', [31 * SECOND], { state: 'dead' }, ['finish cycle gm-1']],
    ['does not wait where its session stands: that is ended first', [10 * SECOND], {}, ['finish cycle gm-1']],
  ])('and started in vain since %s', (_, times, options, expected) => {
    const starts = times.map((ms): StartRecord => ({ at: ago(ms), by: 'request', outcome: 'failed' }))
    const ledger = ledgerOf({ 'gastown/witness': { starts } }, { claims: { 'gm-1': claim() } })
    expect(deeds(asked([], options, { ledger }))).toEqual(expected)
  })

  it('and started in vain in the moment of the claim waits too', () => {
    const starts: readonly StartRecord[] = [{ at: ago(10 * SECOND), by: 'request', outcome: 'failed' }]
    const claims = { 'gm-1': claim({ claimedAt: ago(10 * SECOND) }) }
    const ledger = ledgerOf({ 'gastown/witness': { starts } }, { claims })
    expect(deeds(asked([], { state: 'dead' }, { ledger }))).toEqual(['finish cycle gm-1 (later)'])
  })

  it('and not understood wants a person', () => {
    expect(verdicts(claimed({}, { state: 'unknown', session: {} }))).toEqual(['not-understood!'])
  })

  it('and killed before it was started does not wait for what went wrong earlier', () => {
    const starts: readonly StartRecord[] = [{ at: ago(3 * MINUTE), by: 'inference', outcome: 'failed' }]
    const claims = { 'gm-1': claim({ state: 'killed' }) }
    const ledger = ledgerOf({ 'gastown/witness': { starts: [...starts, ...starts, ...starts, ...starts] } }, { claims })
    expect(deeds(asked([], { state: 'dead' }, { ledger }))).toEqual(['finish cycle gm-1'])
  })

  it('oldest first, and one of an agent that is gone is said', () => {
    const claims = {
      b: claim({ claimedAt: ago(MINUTE), address: 'mayor' }),
      a: claim(),
      c: claim({ address: 'other/witness' }),
      d: claim({ address: 'gastown/polecats/nobody' }),
    }
    const snapshot = asked([], {}, { ledger: { ...emptyLedger, claims } })
    expect(deeds(snapshot)).toEqual(['finish cycle a', 'finish cycle b'])
    expect(verdicts(snapshot)).toEqual(['refused', 'refused'])
    expect(verdicts({ ...snapshot, rigs: cannotTell('broken') })).toEqual([])
  })
})

describe('a request sent before the ledger was lost', () => {
  const lostAt = ago(MINUTE)
  const lost: Partial<Snapshot> = { ledger: { ...emptyLedger, lostAt } }
  const before = { createdAt: ago(10 * MINUTE) }
  const older = { session: { createdAt: ago(11 * MINUTE), processStartedAt: ago(11 * MINUTE) } }
  const younger = { session: { createdAt: ago(9 * MINUTE), processStartedAt: ago(9 * MINUTE) } }
  const left = [[], ['lost-ledger!']] as const
  const both = (snapshot: Snapshot) => [deeds(snapshot), verdicts(snapshot)]

  it.each<Verb>(['cycle', 'restart', 'shutdown'])('to %s is carried out when the session is older', (verb) => {
    expect(both(asked([ask(verb, before)], older, lost))).toEqual([[`${verb} gm-1`], []])
    expect(both(asked([ask(verb, before)], older, { ...lost, ledgerLost: true }))).toEqual([[`${verb} gm-1`], []])
    expect(both(asked([ask(verb, before)], { ...older, state: 'zombie' }, lost))).toEqual([[`${verb} gm-1`], []])
  })

  it.each<[string, SightOptions]>([
    ['there is no session', { state: 'dead' }],
    ['the session is newer', younger],
    ['the process in the session is newer', { session: { ...older.session, processStartedAt: ago(9 * MINUTE) } }],
    ['the session is as old', { session: { createdAt: ago(10 * MINUTE), processStartedAt: 0 } }],
    ['the session is too little older for rounded times', { session: { createdAt: ago(10 * MINUTE) - 2 * SECOND } }],
  ])('stays in the inbox and needs attention when %s', (_, options) => {
    for (const verb of ['cycle', 'restart', 'shutdown'] as const) {
      expect(both(asked([ask(verb, before)], options, lost))).toEqual(left)
    }
  })

  it('stays in the inbox even when a start since then made the session', () => {
    const made: StartRecord = { at: ago(9 * MINUTE), by: 'inference', outcome: 'started', identity: here }
    const ledger = ledgerOf({ 'gastown/witness': { starts: [made] } }, { lostAt })
    expect(both(asked([ask('cycle', before)], younger, { ledger }))).toEqual(left)
  })

  it('says why, and what to do', () => {
    expect(reasons(asked([ask('cycle', before)], { state: 'dead' }, lost))).toEqual([
      'cycle asked for by mail "gm-1": ledger.json was lost, so it may have been carried out already' +
        ' (gastown/witness has no session): to repeat it send a new request, to drop it close the mail',
    ])
  })

  it('is left without a verdict when nobody knows when it was sent, or the session cannot be looked at', () => {
    expect(both(asked([ask('cycle', { createdAt: undefined })], older, lost))).toEqual([[], ['not-understood!']])
    expect(both(asked([ask('cycle', before)], { state: 'unknown', blind: true }, lost))).toEqual([[], []])
  })

  it('is refused for the reasons for which any other is refused', () => {
    const mails = [ask('cycle', { ...before, from: 'overseer' }), ask('cycle', { createdAt: ago(7 * HOUR), id: 'old' })]
    expect(both(asked(mails, younger, lost))).toEqual([['close old'], ['too-old', 'refused!']])
    expect(both(asked([ask('cycle', before)], { ...older, flags: known(null) }, lost))).toEqual([[], ['refused!']])
  })

  it('gives way to a request that was sent since then', () => {
    const mails = [ask('cycle', { ...before, id: 'doubtful' }), ask('shutdown', { createdAt: ago(SECOND), id: 'new' })]
    expect(both(asked(mails, younger, lost))).toEqual([['shutdown new', 'close doubtful -cycle'], []])
    expect(lifecycleRequests(asked(mails, younger, lost)).actions).toMatchObject([{ supersedes: ['doubtful'] }, {}])
  })

  it('does not keep the flag of a request that is finished', () => {
    const claim: Claim = {
      ...{
        address: 'gastown/witness',
        verb: 'cycle',
        state: 'claimed',
        claimedAt: ago(SECOND),
        changedAt: ago(SECOND),
      },
      ...{ session: here, mailOpen: false },
    }
    const ledger = { ...emptyLedger, lostAt, claims: { claimed: claim } }
    const { actions } = lifecycleRequests(asked([ask('cycle', before)], younger, { ledger }))
    expect(actions).toMatchObject([{ kind: 'cycle', claimed: true, clearFlag: true }])
  })

  it.each<[string, number, readonly string[], readonly string[]]>([
    ['at the moment of the loss is new', lostAt, ['close gm-1'], ['superseded']],
    ['a millisecond before is not', lostAt - 1, [], ['lost-ledger!']],
  ])('sent %s', (_, createdAt, actions, findings) => {
    const made = { createdAt: lostAt + 2 * SECOND, processStartedAt: lostAt + 2 * SECOND }
    expect(both(asked([ask('cycle', { createdAt })], { session: made }, lost))).toEqual([actions, findings])
  })
})

describe('a full inbox', () => {
  const senders = ['gastown/witness', 'gastown-refinery', 'mayor/', 'deacon', 'overseer', 'gastown/x', '__proto__', '']
  const verbs: readonly Verb[] = ['cycle', 'restart', 'shutdown']
  const mails = Array.from({ length: 5000 }, (_, index) =>
    ask(verbs[index % 3] ?? 'cycle', {
      id: index === 0 ? '__proto__' : `gm-${index}`,
      from: senders[index % senders.length] ?? '',
      createdAt: ago(10 * MINUTE) + index,
    }),
  )
  const sights = [witness('gastown', ready), refinery('gastown', ready), mayor(ready)]

  it('of 5,000 mails is judged at once, and each agent gets one thing', () => {
    const begun = busyTime()
    const { actions } = lifecycleRequests(town({ mail: known(mails) }, ...sights))
    expect(busyTime() - begun).toBeLessThan(1000)
    expect(actions.filter(({ kind }) => kind !== 'close-mail')).toHaveLength(3)
  })

  it('is judged the same, whatever order it comes in', () => {
    const some = mails.slice(0, 40)
    const expected = lifecycleRequests(town({ mail: known(some) }, ...sights))
    fc.assert(
      fc.property(fc.shuffledSubarray(some, { minLength: 40 }), (shuffled) => {
        expect(lifecycleRequests(town({ mail: known(shuffled) }, ...sights))).toEqual(expected)
      }),
    )
  })

  it('each mail has one fate, and no agent two', () => {
    fc.assert(
      fc.property(fc.subarray([...mails.slice(0, 60)]), (some) => {
        const { actions } = lifecycleRequests(town({ mail: known(some) }, ...sights))
        const ids = actions.map((action) => ('mailId' in action ? action.mailId : ''))
        expect(new Set(ids).size).toBe(ids.length)
        const agents = actions.flatMap((action) => ('verb' in action ? [JSON.stringify(action.agent)] : []))
        expect(new Set(agents).size).toBe(agents.length)
      }),
    )
  })
})
