import { describe, expect, it } from 'vitest'
import type { Plan } from '../../../src/domain/action.js'
import type { AttentionRecord, Ledger } from '../../../src/domain/ledger.js'
import { emptyPlan } from '../../../src/domain/plan.js'
import type { AgentSight, AgentState, Finding, Snapshot } from '../../../src/domain/snapshot.js'
import { attention } from '../../../src/rules/attention.js'
import { notices } from '../../../src/rules/notices.js'
import { deeds } from '../../support/plan-words.js'
import {
  ago,
  crew,
  deacon,
  defaultSettings,
  HOUR,
  ledgerOf,
  MINUTE,
  NOW,
  polecat,
  SECOND,
  town,
  witness,
} from '../../support/town-builder.js'
import { finding, notify, start } from '../heartbeat-parts.js'

const TOAST = 'gastown/polecats/toast'
const toast = polecat('gastown', 'toast', { state: 'zombie', bead: { hook: 'gt-abc' } })

const stands = (state: AgentState, of: AgentSight = deacon(), more: Partial<Finding> = {}): Plan => ({
  ...emptyPlan,
  findings: [finding({ agent: of.address, state, because: 'its pane is dead', ...more })],
})
const since = (ms: number, condition: AttentionRecord['condition'] = 'blocked', who = 'deacon'): Partial<Snapshot> => ({
  ledger: ledgerOf({ [who]: { attention: { condition, since: ago(ms) } } }),
})
const said = (key: string, at: number): Ledger['notices'] => ({
  [key]: { state: 'sent', at, to: 'mayor/', subject: 'older words' },
})
const withNotices = (parts: Partial<Snapshot>, notices: Ledger['notices']): Partial<Snapshot> => ({
  ledger: ledgerOf(parts.ledger?.agents ?? {}, { notices }),
})

/** What is sent, after the filter that says everything once. */
const sent = (plan: Plan, parts: Partial<Snapshot>, ...sights: readonly AgentSight[]): readonly string[] => {
  const snapshot = town(parts, ...sights)
  return deeds(notices(snapshot, attention(snapshot, plan)))
}

const long = since(31 * MINUTE)
const told = ['notify deacon to mayor/']

describe('an agent that should run and does not', () => {
  it.each<[string, Plan, Partial<Snapshot>, readonly string[]]>([
    ['is not reported at first', stands('blocked'), {}, []],
    ['is not reported before 30 min', stands('blocked'), since(30 * MINUTE - SECOND), []],
    ['is reported after 30 min', stands('blocked'), since(30 * MINUTE), told],
    [
      'is reported after the time of the configuration',
      stands('blocked'),
      { ...since(MINUTE), settings: { ...defaultSettings, attentionAfter: MINUTE } },
      told,
    ],
    ['is reported once', stands('blocked'), withNotices(long, said('NEEDS_ATTENTION|deacon|blocked', ago(HOUR))), []],
    [
      'is reported again after six hours',
      stands('blocked'),
      withNotices(since(7 * HOUR), said('NEEDS_ATTENTION|deacon|blocked', ago(6 * HOUR))),
      told,
    ],
    [
      'is reported for another condition as well',
      stands('blocked'),
      withNotices(long, said('NEEDS_ATTENTION|deacon|unknown', ago(HOUR))),
      told,
    ],
    ['is not reported for a condition that began of late', stands('unknown'), long, []],
    ['is reported when it is held', stands('held'), since(31 * MINUTE, 'down'), told],
    ['is reported when it is not understood', stands('unknown'), since(31 * MINUTE, 'unknown'), told],
    ['is reported when it keeps starting', stands('starting'), since(31 * MINUTE, 'starting'), told],
    ['is not reported when it is paused by now', stands('paused'), long, []],
    ['is not reported when it runs by now', emptyPlan, long, []],
    ['is not reported after a long gap', stands('blocked'), { ...long, afterGap: true }, []],
    ['is not reported by a check that lost the ledger', stands('blocked'), { ...long, ledgerLost: true }, []],
    ['is not reported by a check of requests alone', stands('blocked'), { ...long, mode: 'lifecycle' }, []],
    [
      'is reported when its start is put off again and again',
      { ...emptyPlan, actions: [start('deacon', { deferred: { because: 'no time', soon: true } })] },
      since(31 * MINUTE, 'down'),
      ['start deacon soon', ...told],
    ],
    [
      'is not reported while it is being started',
      { ...emptyPlan, actions: [start('deacon')] },
      since(31 * MINUTE, 'down'),
      ['start deacon'],
    ],
  ])('%s', (_, plan, parts, expected) => {
    expect(sent(plan, parts)).toEqual(expected)
  })

  it('is not reported when a person told it to stay down', () => {
    const resting = deacon({ restraint: { kind: 'stood-down', because: 'told so' } })
    expect(sent(stands('blocked'), long, resting)).toEqual([])
  })

  it.each<[string, AgentSight, readonly AgentSight[], string]>([
    ['a polecat: its witness', toast, [], 'gastown/witness'],
    ['a polecat: the mayor when its witness is down', toast, [witness('gastown', { state: 'dead' })], 'mayor/'],
    ['a witness: the mayor', witness('gastown', { state: 'unknown' }), [], 'mayor/'],
    ['a crew member that is down by its own request: the witness', crew('gastown', 'max'), [], 'gastown/witness'],
  ])('is told of %s', (_, sight, others, to) => {
    const parts = since(31 * MINUTE, 'down', sight.address)
    expect(sent(stands('held', sight), parts, sight, ...others)).toEqual([`notify ${sight.address} to ${to}`])
  })
})

describe('a polecat that is down and was reported otherwise', () => {
  const down = (notices: Ledger['notices'], ms = 31 * MINUTE) => withNotices(since(ms, 'down', TOAST), notices)

  it.each(['CRASHED_POLECAT', 'ORPHANED_WORK', 'UNKNOWN_WORK'])('by %s is not reported again', (kind) => {
    expect(sent(stands('held', toast), down(said(`${kind}|${TOAST}|gt-abc`, ago(30 * MINUTE))), toast)).toEqual([])
    const beforeLong = down(said(`${kind}|${TOAST}|gt-abc`, ago(7 * HOUR)), 7 * HOUR)
    expect(sent(stands('held', toast), beforeLong, toast)).toEqual([])
  })

  it('is reported when that was about other work, or before it went down', () => {
    const expected = [`notify ${TOAST} to gastown/witness`]
    expect(sent(stands('held', toast), down(said(`CRASHED_POLECAT|${TOAST}|gt-old`, ago(MINUTE))), toast)).toEqual(
      expected,
    )
    expect(sent(stands('held', toast), down(said(`CRASHED_POLECAT|${TOAST}|gt-abc`, ago(7 * HOUR))), toast)).toEqual(
      expected,
    )
  })

  it('is reported when it runs something unknown by now', () => {
    const strange = withNotices(
      since(31 * MINUTE, 'unknown', TOAST),
      said(`CRASHED_POLECAT|${TOAST}|gt-abc`, ago(HOUR)),
    )
    expect(sent(stands('unknown', toast), strange, toast)).toEqual([`notify ${TOAST} to gastown/witness`])
  })

  it('gets one notice in one check', () => {
    const plan = { ...stands('blocked', toast), actions: [notify(TOAST)] }
    const parts = since(31 * MINUTE, 'blocked', TOAST)
    expect(sent(plan, parts, toast)).toEqual([`notify ${TOAST} to gastown/witness`])
    expect(attention(town(parts, toast), plan).actions).toHaveLength(1)
  })
})

describe('the time of the next report', () => {
  it.each<[string, Plan, Partial<Snapshot>, number | undefined]>([
    ['is 30 minutes after the first check that finds it so', stands('held'), {}, NOW + 30 * MINUTE],
    ['is what is left of that', stands('held'), since(20 * MINUTE, 'down'), NOW + 10 * MINUTE],
    ['is none when it is due', stands('held'), since(30 * MINUTE, 'down'), undefined],
    ['is none when it is paused', stands('paused'), {}, undefined],
    ['is none when all run', emptyPlan, {}, undefined],
  ])('%s', (_, plan, parts, at) => {
    expect(attention(town(parts), plan).reportAt).toBe(at)
  })
})

describe('the notice about an agent that does not run', () => {
  const noticeOf = (plan: Plan, parts: Partial<Snapshot>, ...sights: readonly AgentSight[]) =>
    attention(town(parts, ...sights), plan).actions[0]

  it('says in which state it is, since when, why, and what to do', () => {
    expect(noticeOf(stands('blocked'), since(31 * MINUTE))).toMatchObject({
      kind: 'notify',
      key: 'NEEDS_ATTENTION|deacon|blocked',
      subject: 'NEEDS_ATTENTION: deacon has been blocked for 31m0s',
      body: `Every check for 31m0s has found agent deacon blocked.

state: blocked
since: ${new Date(ago(31 * MINUTE)).toISOString()}
because: its pane is dead

Action needed: Remove what blocks it. The next check does the rest.`,
    })
  })

  it('names the work on the hook and the next try, in one line whatever was said on several', () => {
    const plan = stands('held', toast, { because: 'it died\nof: no licence', until: NOW + MINUTE })
    const notice = noticeOf(plan, since(31 * MINUTE, 'down', TOAST), toast)
    expect(notice).toMatchObject({
      body: expect.stringContaining(
        `state: held\nsince: ${new Date(ago(31 * MINUTE)).toISOString()}\nbecause: it died; of: no licence\nhook_bead: gt-abc\nnext_try: ${new Date(NOW + MINUTE).toISOString()}\n`,
      ),
    })
  })
})
