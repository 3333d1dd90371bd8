import { describe, expect, it } from 'vitest'
import type { AgentSight } from '../../../src/domain/snapshot.js'
import { notUnderstood } from '../../../src/rules/not-understood.js'
import { inWords } from '../../support/plan-words.js'
import {
  ago,
  crew,
  deacon,
  HOUR,
  ledgerOf,
  mayor,
  polecat,
  refinery,
  town,
  witness,
} from '../../support/town-builder.js'

const strange = { state: 'unknown' } as const
const attention = { condition: 'unknown', since: ago(24 * HOUR) } as const
const long = { ledger: ledgerOf({ 'gastown/refinery': { unknownSince: ago(24 * HOUR), attention } }) }

const rows: readonly {
  says: string
  sight: AgentSight
  parts?: Parameters<typeof town>[0]
  finds: readonly string[]
}[] = [
  { says: 'the mayor is named', sight: mayor(strange), finds: ['not-understood mayor'] },
  { says: 'a refinery is named', sight: refinery('gastown', strange), finds: ['not-understood gastown/refinery'] },
  { says: 'crew is named', sight: crew('gastown', 'max', strange), finds: ['not-understood gastown/crew/max'] },
  {
    says: 'is named without a warning, however long it lasts',
    sight: refinery('gastown', strange),
    parts: long,
    finds: ['not-understood gastown/refinery'],
  },
  {
    says: 'is named without a warning where a process of the agent lives outside of its session',
    sight: refinery('gastown', { ...strange, survivor: '7@7' }),
    finds: ['not-understood gastown/refinery'],
  },
  { says: 'nobody is named whom tmux could not tell of', sight: mayor({ ...strange, blind: true }), finds: [] },
  { says: 'nobody is named who is merely dead', sight: refinery('gastown', { state: 'dead' }), finds: [] },
  { says: 'nobody is named who starts', sight: mayor({ state: 'starting' }), finds: [] },
  { says: 'nobody of another town’s rig is named', sight: refinery('ghost', strange), finds: [] },
  { says: 'the deacon is named elsewhere', sight: deacon(strange), finds: [] },
  { says: 'a witness is named elsewhere', sight: witness('gastown', strange), finds: [] },
  { says: 'a polecat is named elsewhere', sight: polecat('gastown', 'toast', strange), finds: [] },
]

describe('where a session is not understood', () => {
  it.each(rows)('$says', ({ sight, parts = {}, finds }) => {
    expect(inWords(notUnderstood(town(parts, sight)))).toEqual({ does: [], finds, blind: [] })
  })
})
