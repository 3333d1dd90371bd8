import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plain, plainly, plainOutput } from '../../../src/domain/plain.js'

const steering = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

/** Cheaper to make than fc's own. */
const anyText = fc.array(fc.oneof(fc.nat(0x9f), fc.nat(0xffff))).map((units) => String.fromCharCode(...units))

describe('foreign text', () => {
  it.each([
    ['a line break', 'two\nlines', 'two\\nlines'],
    ['colours', '\u001b[31mred\u001b[0m', '\\u001b[31mred\\u001b[0m'],
    ['the eight-bit form', 'a\u009b2J', 'a\\u009b2J'],
    ['a bell, a NUL, a DEL', '\u0007\u0000\u007f', '\\u0007\\u0000\\u007f'],
    ['what turns text around', 'a\u202eb', 'a\\u202eb'],
    ['a separator of lines', 'a\u2028b', 'a\\u2028b'],
    ['a tag that nobody sees', '\u{e0041}', '\\udb40\\udc41'],
  ])('has %s written out', (_, text, shown) => {
    expect(plain(text)).toBe(shown)
  })

  it('that steers nobody stays as it is', () => {
    expect(plain('héllo 💥 “quoted” \\n')).toBe('héllo 💥 “quoted” \\n')
  })

  it('steers no terminal, whatever it is, and the JSON of it stays the same JSON', () => {
    const isPlain = (text: string): boolean => {
      const json = plain(JSON.stringify([text]))
      return !steering.test(plain(text)) && !steering.test(json) && JSON.parse(json)[0] === text
    }
    fc.assert(fc.property(anyText, isPlain))
  })

  it('in a document is shown so wherever it stands', () => {
    expect(plainly({ one: ['a\u001bb', 1, null], two: { three: '\n' } })).toEqual({
      one: ['a\\u001bb', 1, null],
      two: { three: '\\n' },
    })
  })
})

describe('what is printed', () => {
  const text = '\u001b[32mok\u001b[39m: a\tb\nc\u001b[2J\u0007\u202e\u009b31m'

  it('keeps its lines, and its colours where it has any', () => {
    expect(plainOutput(text, true)).toBe('\u001b[32mok\u001b[39m: a\tb\nc\\u001b[2J\\u0007\\u202e\\u009b31m')
    expect(plainOutput(text, false)).toBe('\\u001b[32mok\\u001b[39m: a\tb\nc\\u001b[2J\\u0007\\u202e\\u009b31m')
  })
})
