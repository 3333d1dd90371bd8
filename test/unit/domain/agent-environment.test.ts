import { describe, expect, it } from 'vitest'
import { addressIn } from '../../../src/domain/agent-environment.js'

describe('the agent that variables name', () => {
  it.each<[string, Record<string, string>, string | undefined]>([
    ['the deacon', { GT_ROLE: 'deacon' }, 'deacon'],
    ['the mayor, as mail is addressed', { GT_ROLE: 'mayor/' }, 'mayor'],
    ['a witness by its rig', { GT_ROLE: 'witness', GT_RIG: 'gastown' }, 'gastown/witness'],
    ['a witness by its address', { GT_ROLE: 'gastown/witness' }, 'gastown/witness'],
    ['a polecat by its name', { GT_ROLE: 'polecat', GT_RIG: 'gastown', GT_POLECAT: 'nux' }, 'gastown/polecats/nux'],
    ['a polecat by its address', { GT_ROLE: 'gastown/polecats/nux', GT_RIG: 'x' }, 'gastown/polecats/nux'],
    ['a crew member by its name', { GT_ROLE: 'crew', GT_RIG: 'gastown', GT_CREW: 'max' }, 'gastown/crew/max'],
    ['none, without a role', { GT_RIG: 'gastown', GT_POLECAT: 'nux' }, undefined],
    ['none, without a rig', { GT_ROLE: 'witness' }, undefined],
    ['none, by a role of another kind', { GT_ROLE: 'boot' }, undefined],
    [
      'none, by a name that no agent can have',
      { GT_ROLE: 'polecat', GT_RIG: 'gastown', GT_POLECAT: '../x' },
      undefined,
    ],
  ])('is %s', (_, variables, address) => {
    expect(addressIn(new Map(Object.entries(variables)))).toBe(address)
  })
})
