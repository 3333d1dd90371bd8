import { describe, expect, it } from 'vitest'
import type { CarryOut, MarkDead, Start } from '../../../src/domain/action.js'
import type { Agent } from '../../../src/domain/agent.js'
import { blindSpot, emptyPlan, join, planOf, sessionChange, withheld } from '../../../src/domain/plan.js'
import { deeds } from '../../support/plan-words.js'
import { beadOf, town } from '../../support/town-builder.js'

const witness: Agent = { role: 'witness', rig: 'gastown' }
const start: Start = { kind: 'start', rule: 'witnesses-running', because: 'dead', agent: witness, zombie: undefined }
const put = { deferred: { because: 'a person', soon: false } }
const cycle: CarryOut = {
  kind: 'cycle',
  verb: 'cycle',
  rule: 'lifecycle-requests',
  because: 'asked for',
  agent: witness,
  mailId: 'hq-1',
  session: 'absent',
  claimed: false,
  hook: null,
  clearFlag: true,
}
const mark: MarkDead = {
  kind: 'mark-dead',
  rule: 'stale-agents',
  because: 'old',
  agent: witness,
  bead: beadOf(witness),
}

describe('a plan', () => {
  it.each([
    {
      says: 'keeps what was asked for before what is inferred',
      first: cycle,
      next: start,
      does: ['cycle gastown/witness'],
    },
    {
      says: 'keeps a request that is put off',
      first: { ...cycle, ...put },
      next: start,
      does: ['cycle gastown/witness later'],
    },
    { says: 'does not mark dead who is being started', first: mark, next: start, does: ['start gastown/witness'] },
    { says: 'does not mark dead who is being cycled', first: cycle, next: mark, does: ['cycle gastown/witness'] },
    {
      says: 'marks dead who cannot be started now',
      first: mark,
      next: { ...start, ...put },
      does: ['mark-dead gastown/witness', 'start gastown/witness later'],
    },
    {
      says: 'marks dead who is shut down',
      first: { ...cycle, kind: 'shutdown', verb: 'shutdown' } as const,
      next: mark,
      does: ['shutdown gastown/witness', 'mark-dead gastown/witness'],
    },
    {
      says: 'starts two agents',
      first: start,
      next: { ...start, agent: { role: 'deacon' } } as const,
      does: ['start gastown/witness', 'start deacon'],
    },
  ])('$says', ({ first, next, does }) => {
    expect(deeds(join(planOf({ actions: [first] }), planOf({ actions: [next] })))).toEqual(does)
  })

  it('knows which agent’s session it changes', () => {
    expect(sessionChange(planOf({ actions: [mark, cycle] }), 'gastown/witness')).toBe(cycle)
    expect(sessionChange(planOf({ actions: [mark] }), 'gastown/witness')).toBeUndefined()
  })
})

describe('a blind spot', () => {
  it('is made once, whoever sees nothing', () => {
    const spot = { what: 'the bead gt-abc', why: 'bd timed out' }
    expect(blindSpot(town(), spot)).toEqual([spot])
    expect(blindSpot(town({ blindSpots: [{ what: 'other words', why: 'bd timed out' }] }), spot)).toEqual([])
  })
})

describe('what is withheld', () => {
  it('is named, and nothing is said where it is nothing', () => {
    const said = { rule: 'notices', verdict: 'after-gap', because: 'a gap' }
    expect(withheld([mark], said).findings).toMatchObject([{ evidence: { withheld: ['mark-dead gastown/witness'] } }])
    expect(withheld([], said)).toBe(emptyPlan)
  })
})
