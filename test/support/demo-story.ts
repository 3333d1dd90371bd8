import { styleText } from 'node:util'
import type { CheckDocument } from './check-document.js'

/** One thing that was broken for the demo: whom it befell, and what happened. */
export interface Mishap {
  readonly agent: string
  readonly what: string
}

const isPainted = process.stdout.isTTY && !process.env['NO_COLOR']

type Paint = Parameters<typeof styleText>[0]
const painted = (paint: Paint, text: string): string => (isPainted ? styleText(paint, text) : text)

export const say = (...lines: readonly string[]): void => console.log(lines.join('\n'))

export const headline = (text: string): void => say('', painted('bold', text))

/** A line of two columns, the first wide enough for the longest address of the demo. */
const row = (first: string, second: string): string => `  ${painted('cyan', first.padEnd(26))}${second}`

export function tellMishaps(mishaps: readonly Mishap[]): void {
  headline('What was broken, on purpose')
  say(...mishaps.map(({ agent, what }) => row(agent, what)))
}

const REQUESTS: ReadonlySet<string> = new Set(['cycle', 'restart', 'shutdown'])

export function tellFound({ findings, actions }: CheckDocument): void {
  headline('What it found')
  const reasons = actions.map(({ agent, kind, because }) =>
    row(agent ?? 'the town', REQUESTS.has(kind) ? `it asked by mail for a ${kind}` : because),
  )
  say(...new Set([...reasons, ...findings.map(({ agent, because }) => row(agent ?? 'the town', because))]))
}

export function tellDone({ actions }: CheckDocument): void {
  headline('What it did')
  const marks: Readonly<Record<string, string>> = { done: painted('green', 'done'), failed: painted('red', 'FAILED') }
  say(...actions.map(({ agent, kind, outcome }) => row(agent ?? 'the town', `${marks[outcome] ?? outcome}: ${kind}`)))
}

export function tellNext({ next }: CheckDocument): void {
  headline('When it looks next')
  say(
    `  in ${Math.round(next.intervalSeconds / 60)} min, at ${new Date(next.at).toLocaleTimeString()} (${next.reason}).`,
    '  Until then nothing of it runs: no process, no memory. The interval is written in daemon/next-interval.',
  )
}

/** How a newcomer carries on, with the path of the program as it was built. */
export function tellHowToGoOn(program: string): void {
  headline('Try it on a real town')
  say(
    `  ${painted('bold', `node ${program} --once --dry-run --town ~/gt`)}`,
    '      looks and says what it would do; not a byte of the town changes, no session is touched',
    `  ${painted('bold', `node ${program} --once --town ~/gt`)}`,
    '      does it, once. A resident daemon must be stopped first (gt daemon stop); it says so if one runs',
    `  ${painted('bold', `node ${program} status --town ~/gt`)}`,
    '      what the last check saw, when the next is due, what is held back and why',
    '  `npm install --global .` in this folder makes it `gt-heartbeat`. The README has the rest.',
  )
}
