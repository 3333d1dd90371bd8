import { enoughToTell, type Failing } from './failing.js'
import { redacted } from './redaction.js'

/** What is told of checks that fail. */
export interface FailureNews {
  /** The town, or where one was looked for. */
  readonly town: string
  readonly failing: Failing
  /** What the last check exited with, where that is known. */
  readonly exitCode: number | undefined
  /** So many have failed in a row. */
  readonly inARow: number
  /** When the first of them did, epoch ms. */
  readonly since: number
  /** What was wrong in the last one, each on one line. */
  readonly because: readonly string[]
}

/** The same in words: `title` and `line` are one line each. */
export interface FailureLetter {
  readonly title: string
  readonly line: string
  readonly subject: string
  readonly body: string
}

const happens: Readonly<Record<Failing, string>> = {
  critical: 'what was tried to repair it failed',
  unknown: 'something could not be seen',
  unavailable: 'a program that checks need is missing',
  usage: 'the options are wrong',
  config: 'there is no town to check, or its configuration is wrong',
  'broken-off': 'checks break off',
}

const longest = 300
const mostReasons = 8

/** Foreign text on one line, cut short, without secrets and what could steer a terminal. */
export const oneLine = (text: string): string => {
  const line = redacted(text)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
  return line.length > longest ? `${line.slice(0, longest)}…` : line
}

/** What is told once checks have failed often enough. */
export function failureLetter(news: FailureNews): FailureLetter {
  const { town, failing, exitCode, inARow, since } = news
  const code = exitCode === undefined ? '' : `, exit code ${exitCode}`
  const title = `${inARow} checks in a row failed: ${happens[failing]}`
  const reasons = news.because.slice(0, mostReasons)
  return {
    title,
    line: `${title} (${failing}${code}): ${[oneLine(town), ...reasons.slice(0, 1)].join(': ')}`,
    subject: `CHECKS_FAILING: ${inARow} in a row (${failing})`,
    body: [
      `The checks of this town fail: ${happens[failing]}.`,
      '',
      `town: ${oneLine(town)}`,
      `failed_in_a_row: ${inARow}, since ${new Date(since).toISOString()}`,
      `verdict: ${failing}${code}`,
      ...reasons.map((reason) => `because: ${reason}`),
      '',
      'Action needed: gt-heartbeat status and gt-heartbeat doctor say more. This is told once while it lasts.',
    ].join('\n'),
  }
}

/** The line for failures that are too few to be told to anybody. */
export const notYet = ({ failing, inARow, because }: FailureNews): string =>
  `${inARow} of ${enoughToTell} in a row (${failing}): ${because[0] ?? happens[failing]}`
