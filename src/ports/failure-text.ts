import { basename } from 'node:path'
import { type Redaction, redactionFor } from '../domain/redaction.js'

/** How a program failed, before it is put into words. */
export interface Ending {
  readonly kind: 'missing' | 'timeout' | 'exit' | 'signal' | 'too-much-output' | 'not-started'
  readonly exitCode?: number
  /** The signal, or why it was not started. */
  readonly detail?: string
  /** Milliseconds it was given, or bytes it may print. */
  readonly limit?: number
}

interface Said {
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
  /** What it ran in: secrets of it are not told. */
  readonly env?: Readonly<Record<string, string>>
}

const longestWords = 90
const longestLastWords = 300
const longestPart = 4096

/** One line for a person: `bd list --type=agent … in /town: timed out after 20 s: last words`. */
export function failureText(
  command: Said,
  ending: Ending,
  output: { readonly stdout: string; readonly stderr: string },
): string {
  const redact = redactionFor(command.env ?? {})
  const line =
    errorLine(output.stderr) ?? errorLine(output.stdout) ?? (lastWords(output.stderr) || lastWords(output.stdout))
  const said = oneLine(redact(line)).slice(0, longestLastWords)
  const head = `${commandWords(command, redact)} in ${oneLine(command.cwd)}: ${redact(happened(command, ending))}`
  return said === '' ? head : `${head}: ${said}`
}

function happened({ program }: Said, { kind, exitCode, detail, limit = 0 }: Ending): string {
  switch (kind) {
    case 'missing':
      return `${basename(program)} is not installed, or not on PATH`
    case 'timeout':
      return detail ?? `timed out after ${seconds(limit)}`
    case 'exit':
      return `exit code ${exitCode}`
    case 'signal':
      return `ended by ${detail}`
    case 'too-much-output':
      return `printed more than ${Math.floor(limit / 1024 / 1024)} MiB`
    case 'not-started':
      return `could not be started: ${oneLine((detail ?? '').split('\n')[0] ?? '')}`
  }
}

/** `tmux -u -S /tmp/tmux-0/default list-panes …` */
function commandWords({ program, args }: Said, redact: Redaction): string {
  const whole = oneLine(redact([basename(program), ...args].join(' ')))
  return whole.length <= longestWords ? whole : `${whole.slice(0, longestWords).trimEnd()} …`
}

/** What gt and bd say before they explain how they are used. */
function errorLine(output: string): string | undefined {
  return /^\s*(?:Error|error): *(\S.*)$/m.exec(output.slice(0, 64 * 1024))?.[1]
}

/** The last line that says something; of a JSON object with an `error` at the end, the first line of that. */
function lastWords(output: string): string {
  const end = lastPart(output).trimEnd()
  return errorIn(end) ?? end.split('\n').at(-1) ?? ''
}

/** Without the word that it begins within: half a secret would not be known as one. */
const lastPart = (output: string): string =>
  output.length <= longestPart ? output : output.slice(-longestPart).replace(/^\S+/, '')

function errorIn(end: string): string | undefined {
  const text = /"error": *("(?:[^"\\]|\\.)*"),?[^{}]*\}$/.exec(end)?.[1]
  try {
    const error: unknown = text === undefined ? undefined : JSON.parse(text)
    return typeof error === 'string' ? error.split('\n')[0] : undefined
  } catch {
    return undefined
  }
}

const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`

/** Control characters of foreign text become blanks: a line stays a line, and a terminal is not steered by it. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\s]+/gu, ' ').trim()
