import { describe, expect, it } from 'vitest'
import type { Action, CarryOut, Start } from '../../../src/domain/action.js'
import { type Agent, parseAddress } from '../../../src/domain/agent.js'
import { startBudget } from '../../../src/rules/start-budget.js'
import { deeds } from '../../support/plan-words.js'
import { defaultSettings, town } from '../../support/town-builder.js'

const agentOf = (address: string): Agent => parseAddress(address) ?? { role: 'mayor' }
const start = (address: string): Start => ({
  kind: 'start',
  rule: 'test',
  because: 'down',
  agent: agentOf(address),
  zombie: undefined,
})
const asked = (verb: CarryOut['verb'], address: string): CarryOut => ({
  kind: verb,
  verb,
  rule: 'test',
  because: 'asked for',
  agent: agentOf(address),
  mailId: 'hq-1',
  session: 'absent',
  claimed: false,
  hook: null,
  clearFlag: true,
})

const budget = (maxStarts: number, ...actions: readonly Action[]) =>
  deeds(startBudget(town({ settings: { ...defaultSettings, maxStarts } }), { actions, findings: [] }))

const a = start('rig/polecats/a')
const b = start('rig/polecats/b')

describe('the start budget', () => {
  it('lets all through that fit', () => {
    expect(budget(2, a, b)).toEqual(['start rig/polecats/a', 'start rig/polecats/b'])
  })

  it('puts the rest off until soon', () => {
    expect(budget(1, a, b)).toEqual(['start rig/polecats/a', 'start rig/polecats/b soon'])
  })

  it('prefers the deacon, then witnesses, whatever their place in the plan', () => {
    expect(budget(2, a, start('rig/witness'), start('deacon'), b)).toEqual([
      'start rig/polecats/a soon',
      'start rig/witness',
      'start deacon',
      'start rig/polecats/b soon',
    ])
    expect(budget(1, start('rig/witness'), start('deacon'))).toEqual(['start rig/witness soon', 'start deacon'])
  })

  it('counts requested starts but never puts them off', () => {
    expect(budget(1, asked('cycle', 'mayor'), asked('restart', 'rig/refinery'), a)).toEqual([
      'cycle mayor',
      'restart rig/refinery',
      'start rig/polecats/a soon',
    ])
  })

  it('counts neither a shutdown nor what is put off already', () => {
    const later: Start = { ...start('deacon'), deferred: { because: 'a person', soon: false } }
    const askedLater = { ...asked('cycle', 'mayor'), deferred: { because: 'a person', soon: false } }
    expect(budget(1, asked('shutdown', 'rig/refinery'), later, askedLater, a)).toEqual([
      'shutdown rig/refinery',
      'start deacon later',
      'cycle mayor later',
      'start rig/polecats/a',
    ])
  })
})
