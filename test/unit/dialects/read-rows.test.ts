import { describe, expect, it } from 'vitest'
import { readRows } from '../../../src/dialects/read-rows.js'

/** What stands between two issues as bd prints them, as a text of one of them. */
const TRAP = '\n  },\n  {\n    "id": "gt-trap"'

const issue = (nth: number) => ({
  id: `gt-${nth}`,
  title: nth % 7 === 0 ? TRAP : `issue ${nth}`,
  description: 'word '.repeat(200),
  labels: nth % 2 === 0 ? ['from:mayor/'] : null,
})
const issues = Array.from({ length: 1000 }, (_, nth) => issue(nth))
const printed = JSON.stringify(issues, null, 2)

const idsAndTitles = (stdout: string) => readRows(stdout, ({ id, title }) => `${id} ${title}`)
const all = { known: true, value: issues.map(({ id, title }) => `${id} ${title}`) }

describe('a megabyte of issues', () => {
  it.each([
    ['as bd prints it', printed],
    ['with a line behind it', `${printed}\n`],
    ['on one line', JSON.stringify(issues)],
    ['in an envelope', JSON.stringify({ schema_version: 1, data: issues }, null, 2)],
    ['with less before each line', printed.replaceAll(/^ {2}/gm, '')],
  ])('%s is read whole', (_, stdout) => {
    expect(idsAndTitles(stdout)).toEqual(all)
  })

  it('of which one row is none is not believed, and that row is named', () => {
    const stdout = JSON.stringify(issues.with(777, { ...issue(777), id: '-x' }), null, 2)
    expect(idsAndTitles(stdout)).toEqual({
      known: false,
      why: 'bd printed no list of issues: 777.id: no issue id',
    })
  })

  it.each([
    ['stops in the middle', printed.slice(0, 500_000)],
    ['stops between two rows', printed.slice(0, printed.indexOf('\n  },', 500_000) + '\n  },'.length)],
    ['goes on after its end', `${printed}\n  },\n  {\n    "id": "gt-9999"\n  }\n]`],
    ['has no beginning', printed.slice(printed.indexOf('\n  {', 100_000))],
  ])('that %s is not believed', (_, stdout) => {
    expect(idsAndTitles(stdout)).toMatchObject({ known: false, why: expect.stringMatching(/^bd printed no JSON: /) })
  })
})

it('what stands between two issues within a row does not part it', () => {
  const odd = `[\n  {"id": "gt-1", "parents": [{\n    "id": "gt-0"\n  },\n  {\n    "id": "${'0'.repeat(100_000)}"\n  },\n  {\n    "id": "gt-2"\n  }\n]}]`
  expect(idsAndTitles(odd)).toEqual({ known: true, value: ['gt-1 '] })
})

describe('one row among others', () => {
  const among = (odd: unknown) => readRows(JSON.stringify([issue(1), odd, issue(2)]), (row) => row)
  const texts = ['issue_type', 'title', 'description', 'status', 'assignee', 'created_at', 'updated_at'] as const
  const fields = ['id', ...texts, 'labels'] as const
  const bare = { id: 'gt-odd', labels: [], ...Object.fromEntries(texts.map((name) => [name, ''])) }
  const row = (change: Record<string, unknown>) => ({ id: 'gt-odd', ...change })

  it.each(fields.flatMap((name) => [7, true, {}, [8]].map((value) => [name, value] as const)))(
    'whose %s is %j makes the answer one that is not believed, and is named',
    (name, value) => {
      const where = name === 'labels' && Array.isArray(value) ? 'labels.0' : name
      const why = expect.stringContaining(`bd printed no list of issues: 1.${where}: `)
      expect(among(row({ [name]: value }))).toEqual({ known: false, why })
    },
  )

  it.each(['', '-x', 'a b', 'gt-1\n', null])('whose id is %j is none', (id) => {
    expect(among({ id })).toEqual({ known: false, why: expect.stringContaining('1.id: ') })
  })

  it.each([7, 'gt-1', null, [], [{ id: 'gt-1' }]])('that is %j is none', (odd) => {
    expect(among(odd)).toMatchObject({ known: false, why: expect.stringMatching(/^bd printed no list of issues: 1/) })
  })

  it.each(['left out', 'null'])('of which all but the id is %s has nothing in those places', (how) => {
    const odd = row(how === 'null' ? Object.fromEntries(fields.slice(1).map((name) => [name, null])) : {})
    expect(among(odd)).toMatchObject({ known: true, value: [{ id: 'gt-1' }, bare, { id: 'gt-2' }] })
  })

  it('may say more than is asked for, and keeps what is', () => {
    const all = { ...Object.fromEntries(texts.map((name) => [name, `a ${name}`])), id: 'gt-odd', labels: ['a', 'b'] }
    expect(among({ ...all, priority: 2, parents: [{ id: 7 }] })).toMatchObject({ value: [{}, all, {}] })
    expect(among(all)).toEqual({ known: true, value: expect.arrayContaining([all]) })
  })
})
