import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { testFinder } from '../support/test-titles.js'

const DOCS = fileURLToPath(new URL('../../docs', import.meta.url))

/** How many were known before this program began; more are found since. */
const KNOWN = 75

interface Row {
  readonly number: number
  readonly cells: readonly string[]
  readonly tests: readonly { readonly file: string; readonly name: string }[]
}

const rows: readonly Row[] = readFileSync(join(DOCS, 'failures.md'), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, number = '', rest = ''] = /^\| (\d+) \| (.*) \|$/.exec(line) ?? []
    const cells = rest.split(' | ')
    const tests = (cells[2] ?? '').split('<br>').flatMap((reference) => {
      const [, file = '', name = ''] = /^\[[\w.-]+\]\((\.\.\/test\/[\w./-]+\.test\.ts)\) > (.+)$/.exec(reference) ?? []
      return { file, name }
    })
    return number === '' ? [] : [{ number: Number(number), cells, tests }]
  })

const finders = new Map<string, (name: string) => boolean>()
function isThere(file: string, name: string): boolean {
  const path = join(DOCS, file)
  const find = finders.get(path) ?? testFinder(existsSync(path) ? readFileSync(path, 'utf8') : '')
  finders.set(path, find)
  return find(name)
}

describe('the table of failures', () => {
  it('has each of those that were known, and each found since, once', () => {
    const numbers = rows.map(({ number }) => number).toSorted((one, other) => one - other)
    expect(numbers).toEqual(numbers.map((_, index) => index + 1))
    expect(numbers.length).toBeGreaterThanOrEqual(KNOWN)
  })

  it('says of each what hurt, what prevents it, and which test shows it', () => {
    const unclear = rows.filter(
      ({ cells, tests }) => cells.length !== 3 || cells.includes('') || tests.some(({ name }) => name === ''),
    )
    expect(unclear.map(({ number }) => number)).toEqual([])
  })

  it('names only tests that are there', () => {
    const missing = rows.flatMap(({ number, tests }) =>
      tests.filter(({ file, name }) => !isThere(file, name)).map((test) => ({ number, ...test })),
    )
    expect(missing).toEqual([])
  })
})

describe('a test that a row names', () => {
  const source = `describe('a deacon', () => {
    it.each([{ says: 'that is dead is started' }])('$says', () => {})
    it.each([['hangs', 1]])(
      'that %s is left (%i)', () => {})
    it(\`that is \${state}\`, () => {})
  })
  describe("a witness's lot", () => { it('is hard', () => {}) })`

  it.each([
    'a deacon > that is dead is started',
    'a deacon > that hangs is left (1)',
    'a deacon > that %s is left (%i)',
    "a witness's lot > is hard",
    'is hard',
  ])('is found: %s', (name) => {
    expect(testFinder(source)(name)).toBe(true)
  })

  it.each([
    '',
    'a deacon > that is alive is left alone',
    'a deacon > that prints is left (1)',
    'a deacon > that is dead',
    "a witness's lot > that is dead is begun",
    'is hard > a deacon',
    'a deacon > is harder',
  ])('is missed where it is not there: %j', (name) => {
    expect(testFinder(source)(name)).toBe(false)
  })
})
