import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readScreen } from '../../../src/domain/screen.js'
import { blockedScreens, readyScreens, type Screens, unreadyScreens } from '../../support/screens.js'

const rows = (screens: Screens): readonly (readonly [string, string])[] => Object.entries(screens)
const stateOf = (text: string): string => readScreen(text).state
const because = (text: string): string => readScreen(text).because

describe('the screen of a new polecat', () => {
  it.each(rows(readyScreens))('%s: is ready', (_, text) => expect(stateOf(text)).toBe('ready'))
  it.each(rows(blockedScreens))('%s: is blocked', (_, text) => {
    expect(stateOf(text)).toBe('blocked')
    expect(because(text)).toMatch(/^its screen shows ".+" where an empty prompt is expected$/)
  })
  it.each(rows(unreadyScreens))('%s: is not ready', (_, text) => expect(stateOf(text)).toBe('not-ready'))

  it.each(rows(readyScreens))('%s: is the same with lines above and blank lines below', (_, text) => {
    expect(stateOf(`❯ hello\n● Hi.\n\n${text}\n\n\n`)).toBe('ready')
  })

  const rule = '─'.repeat(20)
  const prompt = (text: string): string => `${rule}\n❯ ${text}\n${rule}`
  it.each([
    ['the word', prompt('Begin.'), 'typed'],
    ['the word, with a no-break space before it', prompt('').replace('❯ ', '❯\u00a0Begin.   '), 'typed'],
    ['the word in the box of Claude Code 1', '╭────╮\n│ > Begin.     │\n╰────╯\n  ? for shortcuts', 'typed'],
    ['the word in other letters', prompt('begin.'), 'blocked'],
    ['the word and more', prompt('Begin. now'), 'blocked'],
    ['nothing, and the word above', `> Begin.\n● On it.\n\n${prompt('')}`, 'begun'],
    ['an example, and the word above', `❯ Begin.\n● On it.\n\n${prompt('Try "edit main.go to …"')}`, 'begun'],
    ['the word, and the word above', `❯ Begin.\n● On it.\n\n${prompt('Begin.')}`, 'typed'],
  ])('with %s in its input line is %s', (_, text, state) => expect(stateOf(text)).toBe(state))

  it('that is blocked is said with its question and its marked line, without secrets and control characters', () => {
    const menu = blockedScreens['Claude Code: trust this folder?'] ?? ''
    expect(because(menu)).toContain('"Do you trust the files in this folder? | ❯ 1. Yes, I trust this folder"')
    const secret = `Use this key?\n❯ 1. sk-ant-api03-${'x'.repeat(20)}\u0007`
    expect(because(secret)).toContain('"Use this key? | ❯ 1. ***\\u0007"')
  })

  it('whatever it says beside an input line is never ready without one', () => {
    const line = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('> ', '❯ ', '>', ' ❯ 1. Yes', '│ > │', 'Enter to confirm', '[y/n]', 'Begin.', '> Begin.'),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        expect(['blocked', 'not-ready']).toContain(stateOf(lines.join('\n')))
      }),
    )
  })

  it('is judged by its last input line, and by what stands below it', () => {
    const line = fc.stringMatching(/^[a-z ]{0,9}$/)
    fc.assert(
      fc.property(fc.array(line), fc.array(line), (above, below) => {
        const screen = (text: string) => stateOf([...above, prompt(text), ...below].join('\n'))
        expect(screen('')).toBe('ready')
        expect(screen('Begin.')).toBe('typed')
        expect(screen('hello')).toBe('blocked')
        expect(stateOf([...above, prompt(''), ...below, '❯ 1. Yes'].join('\n'))).toBe('blocked')
      }),
    )
  })

  it('of a megabyte is judged in a moment', () => {
    const began = performance.now()
    for (const text of [
      '> '.repeat(500_000),
      '\n'.repeat(1_000_000),
      `│ >${' '.repeat(1_000_000)}`,
      `${rule}\n❯ ${'x '.repeat(500_000)}\n${rule}`,
    ])
      expect(['blocked', 'not-ready']).toContain(stateOf(text))
    expect(performance.now() - began).toBeLessThan(3000)
  })
})
