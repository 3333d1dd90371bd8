import { describe, expect, it } from 'vitest'
import type { Action } from '../../../src/domain/action.js'
import { cannotTell, known } from '../../../src/domain/known.js'
import { emptyLedger } from '../../../src/domain/ledger.js'
import { emptyPlan } from '../../../src/domain/plan.js'
import type { PendingSpawn, Snapshot, SpawnSight } from '../../../src/domain/snapshot.js'
import { pendingSpawns } from '../../../src/rules/pending-spawns.js'
import { ago, classicSteps, MINUTE, mail, NOW, polecat, type SightOptions, town } from '../../support/town-builder.js'

const spawn = (overrides: Partial<PendingSpawn> = {}): PendingSpawn => ({
  rig: 'gastown',
  polecat: 'toast',
  session: 'gt-gastown-toast',
  issue: 'gt-1',
  spawnedAt: ago(MINUTE),
  mailId: 'gm-1',
  ...overrides,
})
const look = (prompt: SpawnSight['prompt'], of = spawn()): SpawnSight => ({
  spawn: of,
  prompt,
  because: `it is ${prompt}`,
})
const letter = (overrides = {}) =>
  mail({
    id: 'gm-1',
    subject: 'POLECAT_STARTED gastown/toast',
    body: 'Issue: gt-1\nSession: gt-gastown-toast',
    ...overrides,
  })

/** A town with the polecat `toast`, and whatever else is given. */
const spawning = (overrides: Partial<Snapshot> = {}, toast: SightOptions = {}): Snapshot =>
  town(overrides, polecat('gastown', 'toast', toast))

const brief = (action: Action): string => {
  const wait = action.deferred === undefined ? '' : ` (deferred: ${action.deferred.because})`
  if (action.kind === 'record-spawns') return `record ${action.spawns.map(({ mailId }) => mailId).join(' ')}`
  if (action.kind === 'trigger-spawn') return `${action.enterOnly ? 'enter' : 'type'} ${action.spawn.mailId}${wait}`
  if (action.kind === 'forget-spawn') return `forget ${action.spawn.mailId}`
  return action.kind === 'close-mail' ? `close ${action.mailId}` : action.kind
}
const deeds = (snapshot: Snapshot): readonly string[] => pendingSpawns(snapshot, emptyPlan).actions.map(brief)
const verdicts = (snapshot: Snapshot) =>
  pendingSpawns(snapshot, emptyPlan).findings.map(({ verdict, wantsPerson }) => `${verdict}${wantsPerson ? '!' : ''}`)

describe('mails that announce polecats', () => {
  it('a new one is written down, with all it says, before anything else', () => {
    const [record] = pendingSpawns(spawning({ mail: known([mail(), letter()]) }), emptyPlan).actions
    expect(record).toMatchObject({ kind: 'record-spawns', spawns: [spawn()] })
  })

  it('a new one whose prompt is there already is written down and told to begin', () => {
    expect(deeds(spawning({ mail: known([letter()]), spawns: [look('ready')] }))).toEqual(['record gm-1', 'type gm-1'])
  })

  it('one that is written down already is only closed', () => {
    expect(deeds(spawning({ mail: known([letter()]), pendingSpawns: known([spawn()]) }))).toEqual(['close gm-1'])
  })

  it('one whose polecat was told to begin is closed and never written down again', () => {
    const ledger = { ...emptyLedger, typed: { 'gm-1': ago(MINUTE) } }
    expect(deeds(spawning({ mail: known([letter()]), ledger, spawns: [look('ready')] }))).toEqual(['close gm-1'])
  })

  it.each([
    ['a hostile name', { subject: 'POLECAT_STARTED gastown/../x' }, ['skipped-name']],
    ['no polecat', { subject: 'POLECAT_STARTED gastown' }, ['skipped-name']],
    ['no session', { body: 'Issue: gt-1' }, ['refused!']],
    ["somebody else's session", { body: 'Session: gt-mayor' }, ['refused!']],
    ['a polecat that is not there', { subject: 'POLECAT_STARTED gastown/nobody' }, ['refused']],
    ['a rig that is not there', { subject: 'POLECAT_STARTED other/toast' }, ['refused']],
  ])('one with %s is left in place and said', (_, overrides, expected) => {
    const snapshot = spawning({ mail: known([letter(overrides)]), spawns: [look('ready')] })
    expect(deeds(snapshot)).toEqual([])
    expect(verdicts(snapshot)).toEqual(expected)
  })

  it('one for a polecat that is not there is closed after 5 min, and a person is told once', () => {
    const nobody = { subject: 'POLECAT_STARTED gastown/nobody' }
    const old = spawning({ mail: known([letter({ ...nobody, createdAt: ago(5 * MINUTE + 1) })]) })
    expect(verdicts(spawning({ mail: known([letter(nobody)]) }))).toEqual(['refused'])
    expect([deeds(old), verdicts(old)]).toEqual([['close gm-1'], ['refused!']])
  })

  it('one that is refused is closed, and said once more, when it has waited too long', () => {
    const old = letter({ body: '', createdAt: ago(5 * MINUTE + 1) })
    expect(deeds(spawning({ mail: known([old]) }))).toEqual(['close gm-1'])
    expect(verdicts(spawning({ mail: known([old]) }))).toEqual(['refused!'])
    expect(deeds(spawning({ mail: known([old]), afterGap: true }))).toEqual([])
  })

  it.each<[string, Partial<Snapshot>]>([
    ['the mail', { mail: cannotTell('bd timed out') }],
    ['the list', { pendingSpawns: cannotTell('pending.json is broken'), spawns: [look('ready')] }],
    ['the rigs', { rigs: cannotTell('rigs.json is broken'), agents: [] }],
    ['the polecats of the rig', { unlistedRigs: ['gastown'], agents: [] }],
  ])('nothing is recorded, closed or refused when nobody can tell %s', (_, overrides) => {
    const snapshot = { ...spawning({ mail: known([letter()]) }), ...overrides }
    expect(pendingSpawns(snapshot, emptyPlan)).toMatchObject({ actions: [], findings: [] })
  })

  it('one is written down when its polecat was seen, though others of its rig were not', () => {
    expect(deeds(spawning({ mail: known([letter()]), unlistedRigs: ['gastown'] }))).toEqual(['record gm-1'])
  })

  it('a town without this step has nothing to do', () => {
    const steps = { ...classicSteps, pendingSpawns: false }
    expect(pendingSpawns(spawning({ steps, mail: known([letter()]) }), emptyPlan)).toEqual(emptyPlan)
  })
})

describe('a polecat that waits to be told', () => {
  const waiting = (prompt: SpawnSight['prompt'], overrides: Partial<Snapshot> = {}, toast: SightOptions = {}) =>
    spawning({ pendingSpawns: known([spawn()]), spawns: [look(prompt)], ...overrides }, toast)
  const old = spawn({ spawnedAt: ago(5 * MINUTE + 1) })
  const overdue = (prompt: SpawnSight['prompt'], rest: Partial<Snapshot> = {}, toast: SightOptions = {}): Snapshot =>
    waiting(prompt, { pendingSpawns: known([old]), spawns: [look(prompt, old)], ...rest }, toast)
  const typing = { ledger: { ...emptyLedger, typing: { 'gm-1': ago(MINUTE) } } }
  const resting: SightOptions = { restraint: { kind: 'parked', because: 'gastown is parked' } }
  const typed = { ledger: { ...emptyLedger, typed: { 'gm-1': ago(MINUTE) } } }

  it.each<[string, Snapshot, readonly string[]]>([
    ['with its prompt there is told', waiting('ready'), ['type gm-1']],
    ['with its prompt there is told, however late', overdue('ready'), ['type gm-1']],
    ['without a prompt waits', waiting('not-ready'), []],
    ['without a prompt is given up after 5 min', overdue('not-ready'), ['forget gm-1']],
    ['is not given up right after a long gap', overdue('not-ready', { afterGap: true }), []],
    ['that nobody could look at is kept, however old', overdue('cannot-tell'), []],
    ['that nobody looked at is kept, however old', overdue('ready', { spawns: [] }), []],
    ['is forgotten when its session is gone', waiting('gone', {}, { state: 'dead' }), ['forget gm-1']],
    ['that was told by somebody else is forgotten', waiting('begun'), ['forget gm-1']],
    ['into whose prompt somebody typed is left alone', waiting('typed'), []],
    ['typed into and not entered gets its Enter', waiting('typed', typing), ['enter gm-1']],
    ['that we were about to type into is typed into', waiting('ready', typing), ['type gm-1']],
    ['typed into whose prompt is gone is forgotten', waiting('not-ready', typing), ['forget gm-1']],
    ['with a menu on its screen waits', waiting('blocked'), []],
    ['with a menu on its screen is not given up, however late', overdue('blocked'), []],
    ['typed into that shows a menu is not typed into again', waiting('blocked', typing), ['forget gm-1']],
    ['typed into that nobody could look at is kept', waiting('cannot-tell', typing), []],
    ['typed into and at work is forgotten', waiting('begun', typing), ['forget gm-1']],
    ['that was told is forgotten, whatever its pane shows', waiting('ready', typed), ['forget gm-1']],
    ['whose agent is still starting waits', waiting('ready', {}, { state: 'starting' }), []],
    ['whose agent left a shell behind waits', waiting('ready', {}, { state: 'zombie' }), []],
    ['whose session is not understood waits', waiting('ready', {}, { state: 'unknown' }), []],
    ['whose session nobody could ask about is kept', overdue('ready', {}, { state: 'unknown', blind: true }), []],
    ['whose pane runs an unknown program waits', waiting('cannot-tell', {}, { state: 'unknown' }), []],
    [
      'whose pane runs an unknown program is given up after 5 min',
      overdue('cannot-tell', {}, { state: 'unknown' }),
      ['forget gm-1'],
    ],
    [
      'whose pane runs an unknown program is not given up right after a long gap',
      overdue('cannot-tell', { afterGap: true }, { state: 'unknown' }),
      [],
    ],
    [
      'whose session nobody could ask about is not given up',
      overdue('cannot-tell', {}, { state: 'unknown', blind: true }),
      [],
    ],
  ])('%s', (_, snapshot, expected) => expect(deeds(snapshot)).toEqual(expected))

  it.each<[string, Snapshot, readonly string[]]>([
    ['waits is not mentioned', waiting('cannot-tell', {}, { state: 'unknown' }), []],
    ['is given up for its unknown program is said', overdue('cannot-tell', {}, { state: 'unknown' }), ['given-up!']],
    ['is given up for its missing prompt is said', overdue('not-ready'), ['given-up!']],
    ['is given up for the shell in its pane is said', overdue('ready', {}, { state: 'zombie' }), ['given-up!']],
    ['shows a menu is said at once', waiting('blocked'), ['blocked!']],
    ['shows a menu and was put to rest is no warning', waiting('blocked', {}, resting), ['blocked']],
    ['is not typed into for want of time is not mentioned', waiting('ready', { ledgerLost: true }), []],
    ['shows a menu after it was typed into is said', waiting('blocked', typing), ['blocked!']],
    ['was told is not mentioned', overdue('begun'), []],
    ['is gone is not mentioned', overdue('gone', {}, { state: 'dead' }), []],
  ])('that %s', (_, snapshot, expected) => expect(verdicts(snapshot)).toEqual(expected))

  it('that is given up is said with the reason and the time', () => {
    expect(pendingSpawns(overdue('cannot-tell', {}, { state: 'unknown' }), emptyPlan).findings).toMatchObject([
      {
        agent: 'gastown/polecats/toast',
        because: 'the new polecat "gastown/toast" is not told to begin: it is cannot-tell; given up after 5m',
        evidence: { mail: 'gm-1' },
      },
    ])
  })

  it.each<[string, SightOptions, string]>([
    ['a person is attached', { session: { attached: 1 } }, 'a person is attached to its session'],
    [
      'it has a second pane',
      { session: { panes: 2 } },
      'its session has a second pane, in which a person may be at work',
    ],
    [
      'the input of its pane is off',
      { session: { paneInputOff: true } },
      'its pane takes no keys: a person switched its input off (tmux select-pane -e switches it on)',
    ],
    ['the check runs in it', { session: { holdsThisCheck: true } }, 'this check runs in its session'],
    ['its rig is parked', { restraint: { kind: 'parked', because: 'gastown is parked' } }, 'gastown is parked'],
  ])('is not typed into while %s', (_, toast, because) => {
    const snapshot = waiting('ready', {}, toast)
    expect(deeds(snapshot)).toEqual([`type gm-1 (deferred: ${because})`])
    const isPaused = toast.restraint !== undefined
    expect(pendingSpawns(snapshot, emptyPlan).findings).toMatchObject([
      { verdict: 'attached', state: isPaused ? 'paused' : 'blocked', wantsPerson: !isPaused },
    ])
    expect(pendingSpawns(snapshot, emptyPlan).actions).toMatchObject([{ deferred: { soon: false } }])
  })

  it('is not typed into by a check that does not know what was typed before', () => {
    const [action] = pendingSpawns(waiting('ready', { ledgerLost: true }), emptyPlan).actions
    expect(action).toMatchObject({ kind: 'trigger-spawn', deferred: { soon: true } })
  })

  it('is not typed into while its session is about to change, but is when that change waits', () => {
    const start = { kind: 'start', rule: 'x', because: 'x', zombie: undefined } as const
    const change: Action = { ...start, agent: { role: 'polecat', rig: 'gastown', name: 'toast' } }
    const later: Action = { ...change, deferred: { because: 'no time', soon: true } }
    const besides = (action: Action) => pendingSpawns(waiting('ready'), { actions: [action], findings: [] }).actions
    expect(besides(change).map(brief)).toEqual(['type gm-1 (deferred: its session is being changed)'])
    expect(besides(change)).toMatchObject([{ deferred: { soon: true } }])
    expect(besides(later).map(brief)).toEqual(['type gm-1'])
  })

  it.each([
    ['no session', spawn({ session: '' }), 'refused!'],
    ["somebody else's session", spawn({ session: 'gt-mayor' }), 'refused!'],
    ['a polecat that is not there', spawn({ polecat: 'nobody' }), 'refused'],
    ['a hostile name', spawn({ polecat: '../../mayor' }), 'refused'],
    ['a hostile rig', spawn({ rig: '$(x)\n' }), 'refused'],
  ])('with %s in the list never gets a keystroke, is said, and forgotten after 5 min', (_, entry, verdict) => {
    const listed = (one: PendingSpawn) => spawning({ pendingSpawns: known([one]), spawns: [look('ready', one)] })
    expect(deeds(listed(entry))).toEqual([])
    expect(verdicts(listed(entry))).toEqual([verdict])
    const late = listed({ ...entry, spawnedAt: ago(5 * MINUTE + 1) })
    expect([deeds(late), verdicts(late)]).toEqual([['forget gm-1'], ['refused!']])
  })

  it('is kept when nobody can tell whether its rig exists', () => {
    const snapshot = overdue('ready', { rigs: cannotTell('rigs.json is broken'), agents: [] })
    expect(pendingSpawns({ ...snapshot, agents: [] }, emptyPlan)).toMatchObject({ actions: [], findings: [] })
  })

  it('announced twice is told once in one check', () => {
    const twice = [spawn(), spawn({ mailId: 'gm-2' })]
    const snapshot = waiting('ready', { pendingSpawns: known(twice), spawns: twice.map((one) => look('ready', one)) })
    expect(deeds(snapshot)).toEqual(['type gm-1'])
  })

  it('with no session is said, each of them', () => {
    const two = [spawn({ session: '' }), spawn({ session: '', mailId: 'gm-2' })]
    expect(verdicts(waiting('ready', { pendingSpawns: known(two) }))).toEqual(['refused!', 'refused!'])
  })

  it('that was seen is told, though others of its rig could not be listed', () => {
    expect(deeds(waiting('ready', { unlistedRigs: ['gastown'] }))).toEqual(['type gm-1'])
  })

  it('one sick spawn does not stop the others, and all are judged in the order of the list', () => {
    const names = ['a', 'b', 'c']
    const spawns = names.map((name) => spawn({ polecat: name, session: `gt-gastown-${name}`, mailId: name }))
    const [a = spawn(), b = spawn(), c = spawn()] = spawns
    const snapshot = town(
      { pendingSpawns: known(spawns), spawns: [look('ready', c), look('cannot-tell', b), look('gone', a)], now: NOW },
      ...names.map((name) => polecat('gastown', name)),
    )
    expect(deeds(snapshot)).toEqual(['forget a', 'type c'])
  })
})
