import { describe, expect, it } from 'vitest'
import { localTime, markedDead } from '../../../src/domain/dead-mark.js'
import { describedAgent } from '../../../src/domain/description.js'

const at = Date.UTC(2026, 0, 5, 12, 30, 15, 678)
const mark = { at, was: 'running' }
const note = (was: string) =>
  `Marked dead by gt-heartbeat at ${localTime(at)} (was ${was}, its session is gone and its last update is old)`

describe('a bead whose agent is marked dead', () => {
  it('has its state line changed, a dated note added, and every other byte kept', () => {
    const before =
      'gt-deacon: the title\n\nrole_type: deacon\nagent_state: running\nhook_bead: null\ncleanup_status: null'
    expect(markedDead(before, mark)).toBe(
      `gt-deacon: the title\n\nrole_type: deacon\nagent_state: dead\nhook_bead: null\ncleanup_status: null\n\n${note('running')}`,
    )
  })

  it('has the line changed that counts: the last', () => {
    expect(markedDead('agent_state: idle\nx\nagent_state: running\n', mark)).toBe(
      `agent_state: idle\nx\nagent_state: dead\n\n${note('running')}`,
    )
  })

  it.each([
    ['  Agent_State :running\r\nrest\r\n', `  Agent_State : dead\r\nrest\r\n\n${note('running')}`],
    ['agent_state:', `agent_state: dead\n\n${note('running')}`],
  ])('in whatever form the line is written: %j', (before, after) => expect(markedDead(before, mark)).toBe(after))

  it('says dead to whoever reads it', () => {
    const marked = markedDead('agent_state: working\nhook_bead: gt-1', { at, was: 'working' }) ?? ''
    expect(describedAgent(marked)).toMatchObject({ state: 'dead', hook: 'gt-1' })
    expect(describedAgent(markedDead(marked, { at, was: 'dead' }) ?? '')).toMatchObject({ state: 'dead', hook: 'gt-1' })
  })

  it.each(['', 'no state here', 'my agent_state: x'])('is not made of one that tells no state: %j', (text) => {
    expect(markedDead(text, mark)).toBeUndefined()
  })
})

describe('the date of the note', () => {
  it('is RFC 3339 in local time, whole seconds, and the same moment', () => {
    expect(localTime(at)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:15(Z|[+-]\d\d:\d\d)$/)
    expect(Date.parse(localTime(at))).toBe(at - 678)
  })
})
