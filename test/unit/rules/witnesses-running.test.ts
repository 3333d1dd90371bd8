import { describe, expect, it } from 'vitest'
import { cannotTell, known } from '../../../src/domain/known.js'
import { emptyPlan } from '../../../src/domain/plan.js'
import type { AgentSight, Snapshot } from '../../../src/domain/snapshot.js'
import { witnessesRunning } from '../../../src/rules/witnesses-running.js'
import { inWords } from '../../support/plan-words.js'
import { ago, crew, ledgerOf, MINUTE, refinery, town, witness } from '../../support/town-builder.js'

interface Row {
  readonly says: string
  readonly sights: readonly AgentSight[]
  readonly town?: Partial<Snapshot>
  readonly does?: readonly string[]
  readonly finds?: readonly string[]
}

const twoRigs = {
  rigs: known([
    { name: 'gastown', prefix: 'gt' },
    { name: 'beads', prefix: 'bd' },
  ]),
}
const start = { at: ago(MINUTE), by: 'inference', outcome: 'started' } as const

const rows: readonly Row[] = [
  { says: 'a live witness is left alone', sights: [witness('gastown')] },
  {
    says: 'a dead witness is started',
    sights: [witness('gastown', { state: 'dead' })],
    does: ['start gastown/witness'],
  },
  {
    says: 'a zombie witness is started',
    sights: [witness('gastown', { state: 'zombie' })],
    does: ['start gastown/witness'],
  },
  {
    says: 'a dead witness without a folder is tried: its start says why it failed',
    sights: [witness('gastown', { state: 'dead', folder: known('missing') })],
    does: ['start gastown/witness'],
  },
  {
    says: 'each rig has its own witness',
    sights: [witness('gastown', { state: 'dead' }), witness('beads', { state: 'dead' })],
    town: twoRigs,
    does: ['start gastown/witness', 'start beads/witness'],
  },
  {
    says: 'one that nobody can see does not keep the other from being started',
    sights: [witness('gastown', { state: 'unknown', blind: true }), witness('beads', { state: 'dead' })],
    town: twoRigs,
    does: ['start beads/witness'],
  },
  {
    says: 'a rig that rigs.json does not have gets no witness',
    sights: [witness('ghost', { state: 'dead' })],
  },
  {
    says: 'where the rigs cannot be told no witness is judged',
    sights: [witness('gastown', { state: 'dead' })],
    town: { rigs: cannotTell('mayor/rigs.json: not JSON') },
  },
  {
    says: 'the witness of a parked rig stays down',
    sights: [witness('gastown', { state: 'dead', restraint: { kind: 'parked', because: 'gastown is parked' } })],
    finds: ['restrained gastown/witness'],
  },
  {
    says: 'a witness that came up twice in a minute waits',
    sights: [witness('gastown', { state: 'dead' })],
    town: { ledger: ledgerOf({ 'gastown/witness': { starts: [start, { ...start, at: ago(1000) }] } }) },
    finds: ['waiting gastown/witness!'],
  },
  {
    says: 'starts of one witness are not held against another',
    sights: [witness('gastown', { state: 'dead' })],
    town: { ledger: ledgerOf({ 'beads/witness': { starts: [start] } }) },
    does: ['start gastown/witness'],
  },
  {
    says: 'a witness that is starting is left alone',
    sights: [witness('gastown', { state: 'starting' })],
    finds: ['starting gastown/witness'],
  },
  {
    says: 'a witness that is not understood is a warning',
    sights: [witness('gastown', { state: 'unknown' })],
    finds: ['not-understood gastown/witness!'],
  },
  {
    says: 'a zombie witness that a person looks at is left to that person',
    sights: [witness('gastown', { state: 'zombie', session: { attached: 2 } })],
    does: ['start gastown/witness later'],
    finds: ['attached gastown/witness!'],
  },
  {
    says: 'refineries and crew are nobody this rule starts',
    sights: [refinery('gastown', { state: 'dead' }), crew('gastown', 'max', { state: 'dead' })],
  },
]

describe('witnesses', () => {
  it.each(rows)('$says', ({ sights, town: parts = {}, does = [], finds = [] }) => {
    expect(inWords(witnessesRunning(town(parts, ...sights), emptyPlan))).toEqual({ does, finds, blind: [] })
  })
})
