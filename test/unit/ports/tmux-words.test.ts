import fc from 'fast-check'
import { expect, test } from 'vitest'
import { literal, paneWords, sequenceWords, target, unexpanded } from '../../../src/ports/tmux-words.js'

/** What tmux makes of its words: commands, ended by a word `;` or a word that ends in a `;` without a backslash before it. */
function asTmuxReads(words: readonly string[]): readonly (readonly string[])[] {
  const commands: string[][] = [[]]
  for (const word of words) {
    const cut = word.slice(0, -1)
    if (!word.endsWith(';')) commands.at(-1)?.push(word)
    else if (cut.endsWith('\\')) commands.at(-1)?.push(`${cut.slice(0, -1)};`)
    else {
      if (cut !== '') commands.at(-1)?.push(cut)
      commands.push([])
    }
  }
  return commands
}

const word = fc.string({ unit: fc.constantFrom(';', '\\', 'a', ' ', '#') })

test('whatever a word is, tmux reads that word', () => {
  fc.assert(
    fc.property(word, (text) => {
      expect(asTmuxReads([literal(text)])).toEqual([[text]])
    }),
  )
})

test('whatever the words are, a sequence is read as its commands', () => {
  fc.assert(
    fc.property(fc.array(fc.array(word, { minLength: 1 }), { minLength: 1 }), (commands) => {
      expect(asTmuxReads(sequenceWords(commands))).toEqual(commands)
    }),
  )
})

test('text that tmux would expand stays text', () => {
  expect(unexpanded('#(id) #{pid} ##')).toBe('##(id) ##{pid} ####')
})

test.each([
  ['gt-orchard-pip', '=gt-orchard-pip:'],
  ['', '=.:'],
  ['$3', '=.:'],
  ['a:b', '=.:'],
  ['a.b', '=.:'],
])('the session %j is asked for as %j', (name, expected) => {
  expect(target(name)).toBe(expected)
})

test('a single word is not left to a shell', () => {
  expect([paneWords(['claude; id']), paneWords(['a', 'b'])]).toEqual([
    ['env', 'claude; id'],
    ['a', 'b'],
  ])
})
