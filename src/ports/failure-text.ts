import { basename } from 'node:path'

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
}

const longestWords = 90
const longestLastWords = 300

/** One line for a person: `bd list --type=agent … in /town: timed out after 20 s: last words`. */
export function failureText(
  command: Said,
  ending: Ending,
  output: { readonly stdout: string; readonly stderr: string },
): string {
  const said = lastWords(output.stderr) || lastWords(output.stdout)
  const head = `${commandWords(command)} in ${oneLine(command.cwd)}: ${happened(command, ending)}`
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
      return `printed more than ${limit / 1024 / 1024} MiB`
    case 'not-started':
      return `could not be started: ${oneLine((detail ?? '').split('\n')[0] ?? '')}`
  }
}

/** `tmux -u -S /tmp/tmux-0/default list-panes …` */
function commandWords({ program, args }: Said): string {
  const whole = oneLine([basename(program), ...args].join(' '))
  return whole.length <= longestWords ? whole : `${whole.slice(0, longestWords).trimEnd()} …`
}

/** The last line that says something. */
function lastWords(output: string): string {
  const line = output.slice(-4096).trimEnd().split('\n').at(-1) ?? ''
  return oneLine(line).slice(0, longestLastWords)
}

const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`

/** Control characters of foreign text become blanks: a line stays a line, and a terminal is not steered by it. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\s]+/gu, ' ').trim()
