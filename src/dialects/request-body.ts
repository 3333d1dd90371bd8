import parse from 'yargs-parser'
import * as z from 'zod/mini'
import type { Verb } from '../domain/ledger.js'
import { quote } from '../domain/quote.js'
import type { RequestWords } from '../domain/snapshot.js'

const SUBJECT = 'lifecycle:'

/** The words of the original daemon for what it can do to an agent. */
const verbs: ReadonlyMap<string, Verb> = new Map([
  ['cycle', 'cycle'],
  ['restart', 'restart'],
  ['shutdown', 'shutdown'],
  ['stop', 'shutdown'],
])
/** `Action: stop` was never understood. */
const actionLines: ReadonlyMap<string, Verb> = new Map([
  ['action: cycle', 'cycle'],
  ['action: restart', 'restart'],
  ['action: shutdown', 'shutdown'],
])

/** Whether a mail with this subject asks for a lifecycle change: it begins with `lifecycle:`, in any case. */
export const isLifecycleSubject = (subject: string): boolean =>
  subject.slice(0, SUBJECT.length).toLowerCase() === SUBJECT

/** What the body of such a mail asks for. The original daemon's forms (JSON with `action`, a bare word, `Action: word`), and
 *  also further lines after `Action: word` and the flag form `cycle --reason "…"`; else one line that says what is wrong. */
export function readRequestBody(body: string): RequestWords {
  const action = jsonAction(body)
  if (action !== undefined) return known(verbs.get(action.toLowerCase()), `unknown lifecycle action: ${quote(action)}`)
  const text = body.trim()
  const verb = wordOf(text) ?? actionLine(text) ?? flagForm(text)
  return known(verb, `unparseable body: ${quote(text)}`)
}

const known = (verb: Verb | undefined, otherwise: string): RequestWords =>
  verb === undefined ? { complaint: `${otherwise} (expected cycle, restart or shutdown)` } : { verb }

const Actions = z.union([
  z.pipe(
    z.null(),
    z.transform(() => ''),
  ),
  z.pipe(
    z.record(z.string(), z.unknown()),
    z.transform((object, context) => {
      const actions = Object.entries(object).filter(([key]) => key.toLowerCase() === 'action')
      const wrong = actions.find(([, value]) => typeof value !== 'string' && value !== null)
      if (wrong) context.issues.push({ code: 'custom', message: 'action is no text', input: object })
      return actions.map(([, value]) => value).findLast((value) => typeof value === 'string') ?? ''
    }),
  ),
])

/** The `action` of a JSON object, '' when it has none; undefined when the body is no such object. Go, which the original is
 *  written in, takes the key in any case, the last one where there are several, and `null` for an empty object. */
function jsonAction(body: string): string | undefined {
  try {
    return Actions.safeParse(JSON.parse(body)).data
  } catch {
    return undefined
  }
}

/** No one word or line of this grammar is longer; spares a huge body being lower-cased and split. */
const LONGEST_LINE = 4096

function wordOf(text: string): Verb | undefined {
  return text.length > LONGEST_LINE ? undefined : (verbs.get(text.toLowerCase()) ?? actionLines.get(text.toLowerCase()))
}

/** `Action: word` in the first line; a second such line that says something else leaves nobody certain what was meant. */
function actionLine(text: string): Verb | undefined {
  const lines = text.match(/^[ \t]*action:.*$/gim) ?? []
  const said = new Set(lines.map((line) => line.trim().toLowerCase()))
  const [first = ''] = said
  return said.size === 1 && text.toLowerCase().startsWith(first) ? actionLines.get(first) : undefined
}

/** One word of the four and at most a `--reason`, on one line. */
function flagForm(text: string): Verb | undefined {
  if (text.length > LONGEST_LINE || /[\r\n]/.test(text)) return undefined
  const {
    _: words,
    reason,
    ...others
  } = parse(text.replaceAll('\t', ' '), {
    string: ['_', 'reason'],
    configuration: { 'boolean-negation': false, 'dot-notation': false },
  })
  const [word] = words
  if (words.length > 1 || Array.isArray(reason) || Object.keys(others).length > 0) return undefined
  return verbs.get(String(word).toLowerCase())
}
