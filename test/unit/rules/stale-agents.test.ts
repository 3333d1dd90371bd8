import { describe, expect, it } from 'vitest'
import { cannotTell, known } from '../../../src/domain/known.js'
import type { AgentSight, Snapshot } from '../../../src/domain/snapshot.js'
import { staleAgents } from '../../../src/rules/stale-agents.js'
import { inWords } from '../../support/plan-words.js'
import {
  ago,
  classicSteps,
  crew,
  deacon,
  HOUR,
  ledgerOf,
  MINUTE,
  mayor,
  NOW,
  polecat,
  refinery,
  SECOND,
  type SightOptions,
  town,
  witness,
} from '../../support/town-builder.js'

const old = { updatedAt: ago(16 * MINUTE) }
const gone: SightOptions = { state: 'dead', bead: old }
const everybody = [
  'deacon',
  'mayor',
  'gastown/witness',
  'gastown/refinery',
  'gastown/polecats/toast',
  'gastown/crew/max',
]
const absentFor = (ms: number) =>
  ledgerOf(Object.fromEntries(everybody.map((name) => [name, { absentSince: ago(ms) }])))

interface Row {
  readonly says: string
  readonly sight: AgentSight
  readonly town?: Partial<Snapshot>
  readonly does?: readonly string[]
  readonly finds?: readonly string[]
}

const toast = (options: SightOptions): AgentSight => polecat('gastown', 'toast', options)
const marked = { does: ['mark-dead gastown/polecats/toast'] }

const ahead: SightOptions = { state: 'dead', bead: { updatedAt: NOW + 24 * HOUR } }

const rows: readonly Row[] = [
  {
    says: 'one with a bead from the future counts from when it was first absent',
    sight: toast(ahead),
    town: { ledger: absentFor(16 * MINUTE) },
    ...marked,
  },
  { says: 'not before', sight: toast(ahead), town: { ledger: absentFor(15 * MINUTE) } },
  { says: 'a polecat gone for good is marked dead', sight: toast(gone), ...marked },
  {
    says: 'so is one whose bead says running',
    sight: toast({ ...gone, bead: { ...old, state: 'running' } }),
    ...marked,
  },
  { says: 'so is one without a directory', sight: toast({ ...gone, folder: known('missing') }), ...marked },
  { says: 'so is the deacon', sight: deacon(gone), does: ['mark-dead deacon'] },
  { says: 'so is the mayor', sight: mayor(gone), does: ['mark-dead mayor'] },
  { says: 'so is a witness', sight: witness('gastown', gone), does: ['mark-dead gastown/witness'] },
  { says: 'so is a refinery', sight: refinery('gastown', gone), does: ['mark-dead gastown/refinery'] },
  { says: 'a crew member is a person’s and is never marked', sight: crew('gastown', 'max', gone) },
  { says: 'one whose bead says idle is not marked', sight: toast({ ...gone, bead: { ...old, state: 'idle' } }) },
  { says: 'one marked dead already is not marked again', sight: toast({ ...gone, bead: { ...old, state: 'dead' } }) },
  { says: 'a bead of exactly 15 min is not stale', sight: toast({ ...gone, bead: { updatedAt: ago(15 * MINUTE) } }) },
  { says: 'a bead from the future is not stale', sight: toast({ ...gone, bead: { updatedAt: NOW + HOUR } }) },
  { says: 'a bead without a time is not judged', sight: toast({ ...gone, bead: { updatedAt: undefined } }) },
  { says: 'an agent without a bead is not marked', sight: toast({ ...gone, bead: null }) },
  {
    says: 'an agent whose bead cannot be told is not marked',
    sight: toast({ ...gone, bead: cannotTell('bd failed') }),
  },
  {
    says: 'a live session is never marked, however old its bead',
    sight: toast({ bead: { updatedAt: ago(99 * HOUR) } }),
  },
  { says: 'a zombie is not absent', sight: toast({ ...gone, state: 'zombie' }) },
  { says: 'one that is starting is not absent', sight: toast({ ...gone, state: 'starting' }) },
  { says: 'one that cannot be told is not absent', sight: toast({ ...gone, state: 'unknown', blind: true }) },
  { says: 'one absent for the first time is not marked', sight: toast(gone), town: { ledger: ledgerOf({}) } },
  { says: 'one absent for 59 s is not marked', sight: toast(gone), town: { ledger: absentFor(59 * SECOND) } },
  { says: 'one absent since the future is not marked', sight: toast(gone), town: { ledger: absentFor(-HOUR) } },
  {
    says: 'one told to stay down is not written about',
    sight: toast({ ...gone, restraint: { kind: 'parked', because: 'parked' } }),
  },
  { says: 'one of a rig that the town does not have is not marked', sight: polecat('ghost', 'toast', gone) },
  { says: 'nobody is marked when the ledger was lost', sight: toast(gone), town: { ledgerLost: true } },
  {
    says: 'after a long gap it is said and not done',
    sight: toast(gone),
    town: { afterGap: true },
    finds: ['after-gap town'],
  },
  { says: 'after a long gap nothing is said where nothing was held back', sight: toast({}), town: { afterGap: true } },
  {
    says: 'a town without this step marks nobody',
    sight: toast(gone),
    town: { steps: { ...classicSteps, staleAgents: false } },
  },
]

describe('stale agents', () => {
  it.each(rows)('$says', ({ sight, town: parts = {}, does = [], finds = [] }) => {
    const plan = staleAgents(town({ ledger: absentFor(60 * SECOND), ...parts }, sight))
    expect(inWords(plan)).toEqual({ does, finds, blind: [] })
  })

  it('are marked in the bead as it was read, with the evidence in one line', () => {
    const [mark] = staleAgents(town({ ledger: absentFor(MINUTE) }, toast(gone))).actions
    expect(mark).toMatchObject({ kind: 'mark-dead', bead: { database: '/town/gastown/mayor/rig' } })
    expect(mark?.because).toBe(
      'gt-gastown-polecat-toast says working since 16m, but session gt-gastown-toast was absent in two checks',
    )
  })
})
