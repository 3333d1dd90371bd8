import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitWords } from '../../src/words.js'

describe('a line split into words', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['   ', []],
    ['claude --dangerously-skip-permissions', ['claude', '--dangerously-skip-permissions']],
    [`a 'b c' "d e"`, ['a', 'b c', 'd e']],
    [`--town="/home/a b" -v`, ['--town=/home/a b', '-v']],
    [`a'b'c`, ['abc']],
    [`a '' b`, ['a', '', 'b']],
    [`'a"b'`, ['a"b']],
    [`"it's"`, ["it's"]],
    [`sh -c 'echo "$X" | cat'`, ['sh', '-c', 'echo "$X" | cat']],
    ['-5 1e3 0x10 007 --no-foo --x=1', ['-5', '1e3', '0x10', '007', '--no-foo', '--x=1']],
    ['a -- b -- c', ['a', '--', 'b', '--', 'c']],
    ['__proto__ --__proto__=1', ['__proto__', '--__proto__=1']],
    ['a\tb\nc', ['a', 'b', 'c']],
    ['a\\ b', ['a\\', 'b']],
  ])('%j gives %j', (line, words) => {
    expect(splitWords(line)).toEqual({ words })
  })

  it.each(["claude 'x", 'claude "x', "it's"])('%j has a quote that is never closed', (line) => {
    expect(splitWords(line)).toEqual({ complaint: 'a quote that is never closed' })
  })

  it('a NUL byte is refused', () => {
    expect(splitWords('a\0b')).toEqual({ complaint: 'a NUL byte in it' })
  })

  it('words in single quotes come back as they were', () => {
    const word = fc.string().filter((text) => !/['\s\0]/.test(text))
    fc.assert(
      fc.property(fc.array(word), (words) => {
        expect(splitWords(words.map((text) => `'${text}'`).join(' '))).toEqual({ words })
      }),
    )
  })
})
