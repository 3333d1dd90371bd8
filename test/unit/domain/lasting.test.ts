import { describe, expect, it } from 'vitest'
import { conditionsOf, keyOf, type Part, turnOf } from '../../../src/domain/lasting.js'
import { finding } from '../heartbeat-parts.js'

const NOW = 1000
const all: readonly Part[] = ['gate', 'blind', 'finding', 'result']
const spot = { what: 'the mail', why: 'bd timed out after 20 s' }
const course = { outcomes: [], blindSpots: [spot], findings: [finding()] }
const open = { closed: undefined, result: 'unknown' }
const waiting = 'finding|deacon-running|deacon|waiting'

describe('what lasts from check to check', () => {
  it('is what could not be seen, what was found, and that the town is not well', () => {
    expect(conditionsOf(course, open)).toEqual([
      { key: 'blind|the mail', says: 'Warning: cannot see the mail: bd timed out after 20 s' },
      { key: waiting, says: 'deacon waiting: it was started 2 times' },
      { key: 'result|unknown', says: 'This town is unknown' },
    ])
  })

  it('and a closed gate', () => {
    const keys = conditionsOf({ ...course, blindSpots: [], findings: [] }, { closed: 'ESTOP is there', result: 'ok' })
    expect(keys).toEqual([{ key: 'gate|ESTOP is there', says: 'ESTOP is there' }])
  })

  it('is told apart by the mail it is about', () => {
    const refused = (mail: string) => finding({ rule: 'lifecycle-requests', agent: undefined, evidence: { mail } })
    expect(keyOf(refused('hq-1'))).not.toBe(keyOf(refused('hq-2')))
  })

  it('is said when it begins, and not again', () => {
    const first = turnOf(conditionsOf(course, open), {}, { now: NOW, parts: all })
    expect(first.begun.map(({ key }) => key)).toEqual(['blind|the mail', waiting, 'result|unknown'])
    const second = turnOf(conditionsOf(course, open), first.lasting, { now: NOW + 5, parts: all })
    expect(second).toEqual({ begun: [], over: [], lasting: first.lasting })
  })

  it('is over when a look that saw everything did not find it', () => {
    const before = { [waiting]: 1, 'blind|the mail': 2, 'result|unknown': 3 }
    expect(turnOf([], before, { now: NOW, parts: all })).toEqual({ begun: [], over: Object.keys(before), lasting: {} })
  })

  it('goes on where it was not looked', () => {
    const before = { [waiting]: 1, 'blind|the mail': 2, 'gate|ESTOP': 3 }
    const turn = turnOf([], before, { now: NOW, parts: ['gate'] })
    expect(turn).toEqual({ begun: [], over: ['gate|ESTOP'], lasting: { [waiting]: 1, 'blind|the mail': 2 } })
    expect(turnOf([], before, { now: NOW, parts: [] }).over).toEqual([])
  })

  it('is said once, also when two rules say the same', () => {
    const twice = conditionsOf({ ...course, findings: [finding(), finding()] }, open)
    expect(turnOf(twice, {}, { now: NOW, parts: all }).begun.filter(({ key }) => key === waiting)).toHaveLength(1)
  })
})
