import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCommandLine } from '../../src/cli.js'
import { plainRequest } from '../../src/plain-line.js'

const plainWords = ['--once', '--lifecycle', '--if-due', '--dry-run', '--json', '--trust-beads', '--quiet', '-q', '-v']
const oddWords = [
  '--verbose',
  '--wait',
  '0s',
  '',
  '-',
  '--',
  '--town',
  '--town=/t',
  '-qv',
  'status',
  'constructor',
  '--on',
]

/** What commander makes of it; undefined: it refuses. */
function byCommander(words: readonly string[], env: Readonly<Record<string, string>>) {
  try {
    return readCommandLine(words, { env })
  } catch {
    return undefined
  }
}

const word = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...plainWords).map((one) => [one]) },
  { weight: 3, arbitrary: fc.constantFrom('/t', 'a b', '-x', '').map((town) => ['--town', town]) },
  { weight: 1, arbitrary: fc.constantFrom(...oddWords).map((one) => [one]) },
)

test('a command line that is taken for plain asks for what commander reads in it', () => {
  let plain = 0
  fc.assert(
    fc.property(fc.array(word, { maxLength: 5 }), fc.constantFrom('', '  ', '--json'), (list, options) => {
      const [words, env] = [list.flat(), { GT_HEARTBEAT_OPTS: options }]
      const request = plainRequest(words, env)
      if (request === undefined) return
      plain += 1
      expect(request).toEqual(byCommander(words, env))
    }),
    { numRuns: 5000 },
  )
  expect(plain).toBeGreaterThan(200)
})

test.each([
  [['--once']],
  [['--once', '--if-due', '--quiet', '--town', '/t']],
  [['--lifecycle', '--json']],
  [['--town', '/t', '--once', '--dry-run', '-v']],
])('%j is plain', (words) => {
  expect(plainRequest(words, {})).toEqual(byCommander(words, {}))
  expect(plainRequest(words, {})).toBeDefined()
})
