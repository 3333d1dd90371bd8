import parse from 'yargs-parser'

/** The words of a shell-like line, or what is wrong with it. */
export type Words = { readonly words: readonly string[] } | { readonly complaint: string }

const QUOTED = /'([^']*)'|"([^"]*)"/g
const asTheyStand = { 'populate--': true }

/** Splits a line at blanks; single and double quotes keep blanks together and are taken off. Nothing else is special: no `$`, no backslash. */
export function splitWords(line: string): Words {
  if (line.includes('\0')) return { complaint: 'a NUL byte in it' }
  // After `--` the parser hands every word over as it stands.
  const { '--': words = [] } = parse(`-- ${line.replace(/\s/g, ' ')}`, { configuration: asTheyStand })
  if (words.some(hasOpenQuote)) return { complaint: 'a quote that is never closed' }
  return { words: words.map((word) => String(word).replace(QUOTED, unquoted)) }
}

const unquoted = (_: string, single: string | undefined, double: string | undefined): string => single ?? double ?? ''

const hasOpenQuote = (word: string | number): boolean => /['"]/.test(String(word).replace(QUOTED, ''))
