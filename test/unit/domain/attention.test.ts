import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../../src/domain/action.js'
import { attentionIn, noteAttention } from '../../../src/domain/attention.js'
import { type AttentionRecord, recordOf } from '../../../src/domain/ledger.js'
import type { AgentState } from '../../../src/domain/snapshot.js'
import type { Course } from '../../../src/domain/verdict.js'
import { ago, deacon, HOUR, ledgerOf, MINUTE, NOW, type SightOptions, town } from '../../support/town-builder.js'
import { carryOut, finding, start, went } from '../heartbeat-parts.js'

const nothing: Course = { outcomes: [], blindSpots: [], findings: [] }
const stands = (state: AgentState): Partial<Course> => ({ findings: [finding({ state })] })
const since = (condition: AttentionRecord['condition'], ms: number): AttentionRecord => ({ condition, since: ago(ms) })

interface Row {
  readonly says: string
  readonly before?: AttentionRecord
  readonly sight?: SightOptions
  readonly course?: Partial<Course>
  readonly after?: AttentionRecord
}

const zombie: SightOptions = { state: 'zombie' }
const blind = { blindSpots: [{ what: 'the mail', why: 'bd timed out' }] }
const startWent = (outcome: Outcome['outcome']): Partial<Course> => ({ outcomes: [went(outcome, start('deacon'))] })

const rows: readonly Row[] = [
  { says: 'an agent that runs has none' },
  { says: 'a blocked one has it from now on', sight: zombie, course: stands('blocked'), after: since('blocked', 0) },
  {
    says: 'a blocked one keeps the time since when',
    before: since('blocked', HOUR),
    sight: zombie,
    course: stands('blocked'),
    after: since('blocked', HOUR),
  },
  {
    says: 'one that was blocked and is not understood by now begins anew',
    before: since('blocked', HOUR),
    sight: { state: 'unknown' },
    course: stands('unknown'),
    after: since('unknown', 0),
  },
  {
    says: 'one that was held and waits for its next try is down as before',
    before: since('down', HOUR),
    sight: { state: 'dead' },
    course: stands('retrying'),
    after: since('down', HOUR),
  },
  {
    says: 'one whose start failed is down',
    sight: { state: 'dead' },
    course: startWent('failed'),
    after: since('down', 0),
  },
  {
    says: 'one whose start failed again is down as before',
    before: since('down', MINUTE),
    sight: { state: 'dead' },
    course: startWent('failed'),
    after: since('down', MINUTE),
  },
  {
    says: 'one whose start was put off is down',
    sight: zombie,
    course: startWent('deferred'),
    after: since('down', 0),
  },
  {
    says: 'one whose start is blocked is blocked, not down',
    sight: zombie,
    course: { ...stands('blocked'), ...startWent('deferred') },
    after: since('blocked', 0),
  },
  {
    says: 'one that was started has none any more',
    before: since('down', HOUR),
    sight: { state: 'dead' },
    course: startWent('done'),
  },
  {
    says: 'one that was started has none any more, whatever else could not be seen',
    before: since('down', HOUR),
    sight: { state: 'dead' },
    course: { ...startWent('done'), ...blind },
  },
  { says: 'one that runs again has none any more', before: since('unknown', HOUR) },
  { says: 'one that runs again has none, whatever else could not be seen', before: since('down', HOUR), course: blind },
  {
    says: 'one of which nobody could tell keeps what it had',
    before: since('unknown', HOUR),
    sight: { state: 'unknown', blind: true },
    after: since('unknown', HOUR),
  },
  {
    says: 'one that is down keeps what it had when something could not be seen',
    before: since('down', HOUR),
    sight: { state: 'dead' },
    course: blind,
    after: since('down', HOUR),
  },
  {
    says: 'one that is paused by now has none, also when something could not be seen',
    before: since('down', HOUR),
    sight: { state: 'dead', restraint: { kind: 'stood-down', because: 'told so' } },
    course: { ...stands('paused'), ...blind },
  },
  {
    says: 'a time that is still to come counts as now',
    before: since('blocked', -HOUR),
    sight: zombie,
    course: stands('blocked'),
    after: since('blocked', 0),
  },
]

describe('what a check remembers of agents that need attention', () => {
  it.each(rows)('$says', ({ before, sight = {}, course = {}, after }) => {
    const ledger = ledgerOf(before ? { deacon: { attention: before } } : {})
    const noted = noteAttention(ledger, town({}, deacon(sight)), { ...nothing, ...course })
    expect(recordOf(noted, 'deacon').attention).toEqual(after)
  })

  it('is nothing of an agent that is not there any more', () => {
    const ledger = ledgerOf({ 'gastown/polecats/gone': { attention: since('down', HOUR) } })
    expect(recordOf(noteAttention(ledger, town(), nothing), 'gastown/polecats/gone').attention).toBeUndefined()
  })

  it('leaves the rest of its record as it was', () => {
    const record = { starts: [], absentSince: ago(HOUR), attention: since('down', HOUR) }
    const noted = noteAttention(ledgerOf({ deacon: record }), town({}, deacon()), nothing)
    expect(recordOf(noted, 'deacon')).toEqual({ starts: [], absentSince: ago(HOUR) })
  })

  it('costs nothing in a quiet town: the ledger is the same one', () => {
    const ledger = ledgerOf({ deacon: { aliveSince: NOW } })
    expect(noteAttention(ledger, town(), nothing)).toBe(ledger)
  })
})

describe('an agent needs attention', () => {
  it.each<[AgentState | undefined, string | undefined]>([
    ['down', 'down'],
    ['retrying', 'down'],
    ['held', 'down'],
    ['blocked', 'blocked'],
    ['unknown', 'unknown'],
    ['starting', 'starting'],
    ['paused', undefined],
    [undefined, undefined],
  ])('in the state %s as %s', (state, condition) => {
    const one = finding(state === undefined ? {} : { state })
    expect(attentionIn([one], []).get('deacon')?.condition).toBe(condition)
  })

  it('by its first finding, and by a start that was put off only where there is none', () => {
    const late = [start('deacon'), start('gastown/witness', { deferred: { because: 'no time', soon: true } })]
    const found = attentionIn([finding({ state: 'blocked' }), finding({ state: 'held' })], late)
    expect([...found].map(([agent, { state, because }]) => [agent, state, because]).sort()).toEqual([
      ['deacon', 'blocked', 'it was started 2 times'],
      ['gastown/witness', 'down', 'no time'],
    ])
  })

  it('not because of a request that was put off while it runs', () => {
    const outcomes = [went('deferred', carryOut('cycle')), went('failed', carryOut('restart'))]
    const noted = noteAttention(ledgerOf({}), town(), { ...nothing, outcomes })
    expect(noted.agents).toEqual({})
  })
})
