import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { describedAgent } from '../../../src/domain/description.js'

const nothing = { role: '', rig: '', state: '', hook: '' }

it.each<[string, string, Partial<typeof nothing>]>([
  [
    'what gt writes',
    'a title\n\nrole_type: polecat\nrig: gastown\nagent_state: working\nhook_bead: gt-1\ncleanup_status: null',
    { role: 'polecat', rig: 'gastown', state: 'working', hook: 'gt-1' },
  ],
  ['null and nothing', 'rig: null\nhook_bead:\nagent_state: ', {}],
  ['blanks and capitals', '  Agent_State :  running  \r\n', { state: 'running' }],
  ['a value with a colon', 'hook_bead: a:b', { hook: 'a:b' }],
  ['several lines of a key: the last wins', 'agent_state: working\nagent_state: dead', { state: 'dead' }],
  ['a last line that says nothing', 'hook_bead: gt-1\nhook_bead: null', {}],
  ['a title that reads like a line', 'agent_state: idle\n\nrig: gastown', { state: 'idle', rig: 'gastown' }],
  ['lines that are none', 'agent_state running\n: x\n', {}],
  ['no text', '', {}],
])('a description is read as gt reads it: %s', (_, description, said) => {
  expect(describedAgent(description)).toEqual({ ...nothing, ...said })
})

it('what is written as a line is read back, whatever stands around it', () => {
  const value = fc.stringMatching(/^[A-Za-z0-9:/._-]{1,20}$/).filter((text) => text !== 'null')
  const prose = fc.string().filter((text) => !/hook_bead|agent_state/i.test(text))
  fc.assert(
    fc.property(value, value, prose, (state, hook, around) => {
      const lines = [around, `agent_state: ${state}`, around, `hook_bead:${hook}`, around]
      expect(describedAgent(lines.join('\n'))).toMatchObject({ state, hook })
    }),
  )
})
