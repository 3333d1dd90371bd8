import { describe, expect, it } from 'vitest'
import {
  isIssueId,
  readAgentRow,
  readAgentRows,
  readMailRows,
  readSentRows,
  readWorkRows,
  saysUnknown,
} from '../../../src/dialects/rows.js'
import type { Known } from '../../../src/domain/known.js'
import inbox from '../../fixtures/gt-0.1.0-bd-0.41.0/bd-inbox-deacon.json' with { type: 'json' }
import agents from '../../fixtures/gt-0.1.0-bd-0.41.0/bd-list-agents-rig.json' with { type: 'json' }
import withPolecat from '../../fixtures/gt-0.1.0-bd-0.41.0/bd-list-agents-rig-with-polecat.json' with { type: 'json' }
import townAgents from '../../fixtures/gt-0.1.0-bd-0.41.0/bd-list-agents-town.json' with { type: 'json' }
import working from '../../fixtures/gt-0.1.0-bd-0.41.0/bd-list-two-databases-polecat-working.json' with { type: 'json' }
import deacon from '../../fixtures/gt-0.1.0-bd-0.41.0/bd-show-deacon.json' with { type: 'json' }
import many from '../../fixtures/gt-0.1.0-bd-0.41.0/bd-show-many.json' with { type: 'json' }
import substring from '../../fixtures/gt-0.1.0-bd-0.41.0/bd-show-substring.json' with { type: 'json' }
import unknown from '../../fixtures/gt-0.1.0-bd-0.41.0/bd-show-unknown.json' with { type: 'json' }
import unknownNow from '../../fixtures/gt-1.0.1-bd-1.0.2/bd-show-unknown.json' with { type: 'json' }
import { busyTime } from '../../support/busy-time.js'

const RIG = '/town/gastown/mayor/rig'

const value = <T>(answer: Known<T>): T => {
  if (!answer.known) throw new Error(answer.why)
  return answer.value
}

describe("the agents' beads in a list", () => {
  it('are read from what the real bd printed', () => {
    const ids = value(readAgentRows(agents.stdout, RIG)).map(({ id }) => id)
    expect(ids).toEqual(['gt-mayor', 'gt-deacon', 'gt-gastown-crew-max', 'gt-gastown-refinery', 'gt-gastown-witness'])
  })

  it('tell state, hook and rig by the lines of their description', () => {
    const [polecat] = value(readAgentRows(working.stdout, RIG))
    expect(polecat).toMatchObject({
      id: 'gt-gastown-polecat-rictus',
      database: RIG,
      state: 'working',
      hook: 'gt-w1',
      rig: 'gastown',
      role: 'polecat',
      updatedAt: Date.parse('2026-11-22T12:33:47.123Z'),
    })
    expect(value(readAgentRows(withPolecat.stdout, RIG))[0]).toMatchObject({ state: 'spawning', hook: '' })
  })

  it('are none in the database of the town', () => {
    expect(readAgentRows(townAgents.stdout, '/town')).toEqual({ known: true, value: [] })
  })

  it('keep what is not an agent out', () => {
    expect(value(readAgentRows('[{"id":"gt-w1","issue_type":"task"}]', RIG))).toEqual([])
  })

  it('without a description or a time are beads all the same', () => {
    const row = '[{"id":"gt-deacon","issue_type":"agent","description":null,"updated_at":"2025-12-30 00:00:00"}]'
    expect(value(readAgentRows(row, RIG))).toEqual([
      { id: 'gt-deacon', database: RIG, state: '', hook: '', rig: '', role: '', updatedAt: undefined, description: '' },
    ])
  })
})

describe('an answer of bd', () => {
  it.each([
    ['an empty array', '[]'],
    ['null', 'null\n'],
    ['an envelope around an array', '{"schema_version":1,"data":[]}'],
    ['an envelope around null', '{"schema_version":1,"data":null}'],
  ])('%s is an empty list', (_, stdout) => {
    expect(readAgentRows(stdout, RIG)).toEqual({ known: true, value: [] })
    expect(readMailRows(stdout)).toEqual({ known: true, value: [] })
  })

  it('an envelope around rows is those rows', () => {
    const stdout = `{"schema_version":1,"data":${agents.stdout}}`
    expect(readAgentRows(stdout, RIG)).toEqual(readAgentRows(agents.stdout, RIG))
  })

  it.each([
    ['nothing', ''],
    ['a newline', '\n'],
    ['prose', 'No issues found.'],
    ['prose before JSON', 'Warning!\n[]'],
    ['a tree', '○ gt-1 [P2] a task'],
    ['an object', '{"error":"database is locked"}'],
    ['a number', '5'],
    ['half an answer', '[{"id":"gt-deacon","issue_type":"agent"},'],
    ['rows of which one has no id', '[{"id":"gt-deacon","issue_type":"agent"},{"issue_type":"agent"}]'],
    ['a row with an id that reads like a flag', '[{"id":"-x","issue_type":"agent"}]'],
    ['a row with an id of two lines', '[{"id":"gt-a\\nb","issue_type":"agent"}]'],
    ['a row with a number for a description', '[{"id":"gt-a","issue_type":"agent","description":5}]'],
    ['an array of texts', '["gt-deacon"]'],
  ])('%s is no list: nobody can tell', (_, stdout) => {
    for (const answer of [readAgentRows(stdout, RIG), readMailRows(stdout), readSentRows(stdout)]) {
      expect(answer).toMatchObject({ known: false, why: expect.stringMatching(/^bd printed /) })
    }
  })

  it('of megabytes of prose is quoted in a line', () => {
    const answer = readMailRows('x\u001b\n'.repeat(1_000_000))
    expect(answer).toMatchObject({ known: false })
    expect(answer.known ? '' : answer.why).toMatch(/^.{1,400}$/)
  })
})

describe("the deacon's mail", () => {
  it('that is printed twice counts once; of two with one id nobody can tell', () => {
    const [one, other] = ['{"id":"gm-1","title":"hello"}', '{"id":"gm-1","title":"LIFECYCLE: x"}']
    expect(value(readMailRows(`[${one},${one}]`))).toHaveLength(1)
    expect(readMailRows(`[${one},${other}]`)).toEqual({ known: false, why: 'bd printed two issues with the id "gm-1"' })
  })

  it('is read from what the real bd printed, oldest first, with its senders', () => {
    const mails = value(readMailRows(inbox.stdout))
    expect(mails).toHaveLength(6)
    expect(mails.at(-1)).toEqual({
      id: 'gm-u3t',
      subject: 'LIFECYCLE: gastown-witness requesting cycle',
      body: '{"action":"cycle"}',
      from: 'gastown/witness',
      createdAt: Date.parse('2026-11-22T12:15:36.832Z'),
      request: { verb: 'cycle' },
    })
    expect(mails.map(({ createdAt = 0 }) => createdAt)).toEqual(mails.map(({ createdAt = 0 }) => createdAt).toSorted())
    expect(mails.map(({ from }) => from)).toContain('overseer')
  })

  it('keeps its text where something is done because of it', () => {
    const rows = ['LIFECYCLE: x', 'POLECAT_STARTED gastown/toast', 'hello'].map((title, nth) => ({
      id: `gm-${nth}`,
      title,
      description: 'cycle',
    }))
    const mails = value(readMailRows(JSON.stringify(rows)))
    expect(mails.map(({ subject, body }) => `${subject}: ${body}`).toSorted()).toEqual([
      'LIFECYCLE: x: cycle',
      'POLECAT_STARTED gastown/toast: cycle',
      'hello: ',
    ])
  })

  it('that asks for nothing has no request, and one without labels no sender', () => {
    const [mail] = value(readMailRows('[{"id":"gm-1","title":"hello","issue_type":"message"}]'))
    expect(mail).toEqual({ id: 'gm-1', subject: 'hello', body: '', from: '', createdAt: undefined, request: undefined })
  })

  it('of five thousand, one with a megabyte of text, is read in no time', () => {
    const rows = Array.from({ length: 5000 }, (_, index) => ({
      id: `gm-${index}`,
      title: 'LIFECYCLE: x requesting cycle',
      description: index === 2500 ? 'x'.repeat(1_000_000) : 'cycle',
      issue_type: 'message',
      labels: ['thread:t', 'from:gastown/witness'],
      created_at: new Date(index).toISOString(),
    }))
    const stdout = JSON.stringify(rows.toReversed())
    const since = busyTime()
    const mails = value(readMailRows(stdout))
    expect(busyTime() - since).toBeLessThan(1000)
    expect(mails.map(({ id }) => id)).toEqual(rows.map(({ id }) => id))
  })

  it('with bytes that are no text keeps what was made of them', () => {
    const [mail] = value(readMailRows('[{"id":"gm-1","title":"a\uFFFDb","issue_type":"message"}]'))
    expect(mail?.subject).toBe('a\uFFFDb')
  })

  it('tells its subjects and when it was sent', () => {
    const subject = 'LIFECYCLE: mayor requesting cycle'
    expect(value(readSentRows(inbox.stdout))).toContainEqual({ subject, createdAt: expect.any(Number) })
  })
})

describe('a bead that was shown', () => {
  it('is the one of exactly that id', () => {
    expect(value(readWorkRows(many.stdout))).toContainEqual({ id: 'gt-w1', status: 'hooked' })
    expect(value(readWorkRows(many.stdout)).map(({ id }) => id)).toEqual(['gt-deacon', 'gt-w1'])
  })

  it('is none when bd shows another, whose id is longer', () => {
    expect(readAgentRow(substring.stdout, 'gt-deaco', RIG)).toEqual({ known: true, value: null })
  })

  it('is none when bd prints nothing', () => {
    expect(readWorkRows(unknown.stdout)).toEqual({ known: true, value: [] })
    expect(readAgentRow(unknown.stdout, 'gt-nothing-here', RIG)).toEqual({ known: true, value: null })
  })

  it('may be an agent', () => {
    expect(value(readAgentRow(deacon.stdout, 'gt-deacon', RIG))).toMatchObject({
      id: 'gt-deacon',
      state: 'idle',
      database: RIG,
    })
    expect(readAgentRow(many.stdout, 'gt-w1', RIG)).toEqual({ known: true, value: null })
  })

  it('is not guessed from prose', () => {
    expect(readWorkRows('Issue not found')).toMatchObject({ known: false })
  })
})

describe('an issue that bd does not know', () => {
  it.each([
    ['the classic bd', unknown.stderr, 'gt-nothing-here'],
    ['the current bd', `${unknownNow.stdout}${unknownNow.stderr}`, 'de-zzzz'],
  ])('is named by %s', (_, output, id) => {
    expect(saysUnknown(output, id)).toBe(true)
    expect(saysUnknown(output, `${id}x`)).toBe(false)
    expect(saysUnknown(output, id.slice(0, -1))).toBe(false)
  })

  it.each([
    ['nothing', ''],
    ['another complaint', 'Error fetching gt-w1: database is locked'],
    ['no id', 'no issues found matching the provided IDs'],
  ])('is not concluded from %s', (_, output) => {
    expect(saysUnknown(output, 'gt-w1')).toBe(false)
  })
})

describe("an issue's id", () => {
  it.each(['gt-w1', 'gt-gastown-polecat-rictus', 'hq-abc.1', 'my_project-x', 'A1'])('%s is one', (id) => {
    expect(isIssueId(id)).toBe(true)
  })
  it.each(['', '-x', '--json', 'a b', 'a/b', 'a;b', '$(x)', 'a\nb', '.x', 'ä-1'])('%j is none', (id) => {
    expect(isIssueId(id)).toBe(false)
  })
})
