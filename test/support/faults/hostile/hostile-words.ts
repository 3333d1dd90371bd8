import * as fc from 'fast-check'
import { plantedTimes, plantedWords } from './planted-words.js'

/** A time of another century, or none. */
export const hostileTime: fc.Arbitrary<string> = fc.constantFrom(...plantedTimes)

/** Cheaper to make than fc's own. */
const anyText = fc
  .array(fc.oneof(fc.nat(0x9f), fc.nat(0xffff)), { maxLength: 12 })
  .map((units) => String.fromCharCode(...units))

/** A hostile word: a planted one, two of them, or any text at all. No path in it leads to a file of the machine. */
export const hostileWord: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...plantedWords) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom(...plantedWords), fc.constantFrom(...plantedWords)).map((two) => two.join('')),
  },
  { weight: 1, arbitrary: anyText },
)

/** One that can be a name in a folder. */
export const hostileFileName: fc.Arbitrary<string> = hostileWord
  .map((word) => wellFormed(word.replace(/[/\0]/g, '_').slice(0, 60)))
  .filter((word) => !['', '.', '..'].includes(word))

/** Lone halves of surrogates become U+FFFD, as on their way to any file or program. */
export const wellFormed = (text: string): string => Buffer.from(text).toString('utf8')
