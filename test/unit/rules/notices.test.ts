import { describe, expect, it } from 'vitest'
import type { Notify, Plan, Start } from '../../../src/domain/action.js'
import type { NoticeRecord } from '../../../src/domain/ledger.js'
import type { Finding, Snapshot } from '../../../src/domain/snapshot.js'
import { notices } from '../../../src/rules/notices.js'
import { inWords } from '../../support/plan-words.js'
import { ago, HOUR, ledgerOf, MINUTE, NOW, polecat, town } from '../../support/town-builder.js'

const agent = { role: 'polecat', rig: 'gastown', name: 'toast' } as const
const key = 'GUPP_VIOLATION|gastown/polecats/toast|gt-abc'
const notice: Notify = {
  kind: 'notify',
  rule: 'stalled-work',
  because: 'silent',
  agent,
  key,
  to: 'gastown/witness',
  subject: 'GUPP_VIOLATION: gt-gastown-polecat-toast stuck for 31m0s',
  body: '',
}
const stalled: Finding = {
  rule: 'stalled-work',
  agent: 'gastown/polecats/toast',
  verdict: 'stalled',
  because: 'silent',
  evidence: {},
  wantsPerson: true,
}
const planned: Plan = { actions: [notice], findings: [stalled] }
const said = (state: NoticeRecord['state'], at: number): Partial<Snapshot> => ({
  ledger: ledgerOf({}, { notices: { [key]: { state, at, to: 'gastown/witness', subject: 'older words' } } }),
})

const sent = ['notify gastown/polecats/toast to gastown/witness']
const found = ['stalled gastown/polecats/toast!']

const rows = [
  { says: 'is sent the first time', town: {}, does: sent, finds: found },
  { says: 'is not repeated within 6 h', town: said('sent', ago(6 * HOUR - MINUTE)), does: [], finds: found },
  {
    says: 'is repeated after 6 h while the condition lasts',
    town: said('sent', ago(6 * HOUR)),
    does: sent,
    finds: found,
  },
  { says: 'said in the near future counts as said', town: said('sent', NOW + HOUR), does: [], finds: found },
  {
    says: 'said in the far future keeps nobody silent for ever',
    town: said('sent', NOW + 900 * HOUR),
    does: sent,
    finds: found,
  },
  { says: 'half sent is planned again', town: said('sending', ago(MINUTE)), does: sent, finds: found },
  {
    says: 'is not sent when the ledger was lost, and that is said',
    town: { ledgerLost: true },
    does: [],
    finds: [...found, 'lost-ledger town'],
  },
  {
    says: 'is not sent after a long gap, and nobody is called stalled',
    town: { afterGap: true },
    does: [],
    finds: ['after-gap town'],
  },
  {
    says: 'sent an hour ago needs no word about the gap',
    town: { ...said('sent', ago(HOUR)), afterGap: true },
    does: [],
    finds: [],
  },
] satisfies readonly { says: string; town: Partial<Snapshot>; does: readonly string[]; finds: readonly string[] }[]

describe('a notice', () => {
  it.each(rows)('$says', ({ town: parts, does, finds }) => {
    expect(inWords(notices(town(parts), planned))).toEqual({ does, finds, blind: [] })
  })

  it('about an agent that was put to rest is not sent', () => {
    const resting = polecat('gastown', 'toast', { restraint: { kind: 'parked', because: 'gastown is parked' } })
    expect(inWords(notices(town({}, resting), planned)).does).toEqual([])
  })

  it('about an agent is sent though another was put to rest', () => {
    const resting = polecat('gastown', 'rye', { restraint: { kind: 'parked', because: 'told to' } })
    expect(inWords(notices(town({}, resting, polecat('gastown', 'toast')), planned)).does).toEqual(sent)
  })

  it('about another bead on the same hook is another notice', () => {
    const other = { ...notice, key: 'GUPP_VIOLATION|gastown/polecats/toast|gt-def' }
    expect(inWords(notices(town(said('sent', ago(HOUR))), { actions: [other], findings: [] })).does).toEqual(sent)
  })

  it.each([
    { says: 'goes with a start that may fail', town: {}, goes: true },
    { says: 'was sent already: a start that may fail has none', town: said('sent', ago(HOUR)), goes: false },
    { says: 'is withheld from a start after a long gap', town: { afterGap: true }, goes: false },
    { says: 'is withheld from a start when the ledger was lost', town: { ledgerLost: true }, goes: false },
  ])('that $says', ({ town: parts, goes }) => {
    const start: Start = { kind: 'start', rule: 'x', because: '', agent, zombie: undefined, otherwise: notice }
    const plan = notices(town(parts), { actions: [start], findings: [] })
    expect(plan.actions.map((action) => action.kind === 'start' && action.otherwise !== undefined)).toEqual([goes])
    expect(plan.findings).toEqual([])
  })

  it('that was withheld is named', () => {
    expect(notices(town({ afterGap: true }), planned).findings).toMatchObject([
      { evidence: { withheld: ['notify gastown/polecats/toast'] }, wantsPerson: false },
    ])
  })
})
