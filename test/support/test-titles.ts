/** A quoted text on one line of a source. */
const literal = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\\n]|\\.)*`/

/** Where the name of a test or of a group of tests stands: after `it(`, `describe(`, or the second bracket of `it.each(…)(`. */
const title = new RegExp(`(?:\\b(?:it|test|describe)(?:\\.\\w+)*|\\))\\(\\s*(${literal.source})`, 'g')

/** What vitest puts a row's value for, and what the language does. */
const placeholder = /\$\{[^}]*\}|\$[\w.]+|%[sdifjop]/

const unquoted = (text: string): string => text.slice(1, -1).replace(/\\(.)/g, '$1')

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Everything that may be the value of a row: the texts of a source, as they are and as JSON, and its numbers. */
function valuesIn(source: string): readonly string[] {
  const texts = [...source.matchAll(new RegExp(literal, 'g'))].map(([quoted]) => unquoted(quoted))
  const numbers = [...source.matchAll(/\b\d+\b/g)].map(([digits]) => digits)
  return [...new Set([...texts, ...texts.map((text) => JSON.stringify(text)), ...numbers])]
}

/** The names of the tests and groups of a source, in order, as they stand there. */
const titlesIn = (source: string): readonly { readonly at: number; readonly words: string }[] =>
  [...source.matchAll(title)].map(({ index, 1: quoted = '' }) => ({ at: index, words: unquoted(quoted) }))

/** Finds whether a source has a test of a name, groups first, as vitest prints it: `a group > a test`. The name of a row may also be left
 *  as it stands there. */
export function testFinder(source: string): (name: string) => boolean {
  const titles = titlesIn(source)
  const value = `(?:${valuesIn(source).map(escaped).join('|')})`
  const stands = (words: string, part: string): boolean => {
    const around = words.split(new RegExp(placeholder, 'g'))
    const mayBe = part.startsWith(around[0] ?? '') && part.endsWith(around.at(-1) ?? '')
    return words === part || (mayBe && new RegExp(`^${around.map(escaped).join(value)}$`).test(part))
  }
  return (name) => {
    let after = -1
    return name.split(' > ').every((part) => {
      const found = titles.find(({ at, words }) => at > after && stands(words, part))
      after = found?.at ?? after
      return found !== undefined
    })
  }
}
