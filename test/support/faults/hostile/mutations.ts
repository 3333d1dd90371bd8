import * as fc from 'fast-check'
import { hostileTime, hostileWord } from './hostile-words.js'
import { type Change, changedAt, placesIn, type Tree, treeOf, written } from './json-text.js'

/** One structural change of a JSON text: where (of all its places), and what. */
interface Mutation {
  readonly at: number
  readonly change: Change
}

const numbers = [
  '1e400',
  '-1e400',
  '1e308',
  '-1e308',
  '-1',
  '0',
  '1.5',
  '9007199254740993',
  '8640000000000001',
  '-8640000000000001',
  '2147483648',
]
const raws = [...numbers, 'null', 'true', '[]', '{}', '""', '[[]]']
const deep = (depth: number): Tree => ({ raw: `${'['.repeat(depth)}${']'.repeat(depth)}` })
const deepObject: Tree = { raw: `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}` }
const poison: Tree = { raw: '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}' }

const replaced =
  (tree: Tree): Change =>
  (key) => [[key ?? '', tree]]
const retagged =
  (word: string): Change =>
  (_, tree) => [[word, tree]]
const twice: Change = (key, tree) => [
  [key ?? '', tree],
  [key ?? '', tree],
]
const wrapped: Change = (key, tree) => [[key ?? '', [tree]]]
const suffixed =
  (word: string): Change =>
  (key, tree) => [[key ?? '', typeof tree === 'string' ? `${tree}${word}` : tree]]
const withPoison: Change = (key, tree) => [
  ['__proto__', poison],
  [key ?? '', tree],
]

/** What is read as a number, in place of a number; a time in place of a time; a word in place of a word. */
const alike =
  (number: string, time: string, word: string): Change =>
  (key, tree) => {
    const isNumber = typeof tree === 'number' || (typeof tree === 'string' && tree.startsWith('@ms:'))
    if (isNumber) return [[key ?? '', { raw: number }]]
    if (typeof tree !== 'string') return [[key ?? '', tree]]
    return [[key ?? '', /^(@ago:|\d{4}-)/.test(tree) ? time : word]]
  }

const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 14,
    arbitrary: fc.tuple(fc.constantFrom(...numbers), hostileTime, hostileWord).map((all) => alike(...all)),
  },
  { weight: 8, arbitrary: hostileWord.map(replaced) },
  { weight: 4, arbitrary: hostileWord.map(retagged) },
  { weight: 3, arbitrary: hostileWord.map(suffixed) },
  { weight: 4, arbitrary: fc.constantFrom(...raws).map((raw) => replaced({ raw })) },
  { weight: 4, arbitrary: fc.constant<Change>(() => []) },
  { weight: 3, arbitrary: fc.constantFrom(twice, wrapped, withPoison) },
  { weight: 1, arbitrary: fc.constantFrom(deep(100), deep(10_000), deepObject, poison).map(replaced) },
)

const mutation: fc.Arbitrary<Mutation> = fc.record({ at: fc.nat(100_000), change })

const mutated = (text: string, mutations: readonly Mutation[]): string =>
  written(
    mutations.reduce<Tree>(
      (tree, { at, change: how }) => changedAt(tree, at % placesIn(tree), how),
      treeOf(JSON.parse(text)),
    ),
  )

/** What a kill, a full disk, another program or a stranger leaves in a file's place. */
const torn: readonly ((text: string) => string)[] = [
  () => '',
  () => '\n',
  (text) => text.slice(0, Math.floor(text.length / 2)),
  (text) => `\ufeff${text}`,
  (text) => `${text}${text}`,
  (text) => `${text}\n\u001b[31mtrailing`,
  (text) => `@byte:ff@@byte:fe@${text}`,
  (text) => text.replace('a', '@byte:c3@'),
  () => '\0'.repeat(4096),
  () => '<html>504</html>',
  () => 'Welcome! \u001b]0;x\u0007 It looks like you are new here.\n',
  (text) => text.replaceAll('\n', '\r\n'),
  (text) => text.toUpperCase(),
]

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const mutatedWhole = (text: string): fc.Arbitrary<string> =>
  fc.array(mutation, { minLength: 1, maxLength: 6 }).map((all) => mutated(text, all))

/** Lines of JSON, or of anything, with one of them changed. */
function mutatedLines(text: string): fc.Arbitrary<string> {
  const lines = text.split('\n').filter((line) => line !== '')
  const at = fc.nat(Math.max(0, lines.length - 1))
  const line = fc.oneof(hostileWord, ...lines.filter(isJson).map(mutatedWhole))
  return fc.tuple(at, line).map(([index, other]) => `${lines.toSpliced(index, 1, other).join('\n')}\n`)
}

/** The text, changed in its structure where it has one, else torn or replaced. */
export const mutatedText = (text: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 8, arbitrary: isJson(text) ? mutatedWhole(text) : mutatedLines(text) },
    { weight: 2, arbitrary: fc.constantFrom(...torn).map((tear) => tear(text)) },
    { weight: 1, arbitrary: hostileWord },
  )
