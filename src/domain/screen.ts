import { quote } from './quote.js'

/** What a polecat that waits at its prompt is told, as the original daemon words it. */
export const beginWord = 'Begin.'

/** What a pane shows to a check that wants to type into it, see SpawnSight. */
type PromptState = 'ready' | 'typed' | 'begun' | 'blocked' | 'not-ready'

/** What a pane shows, and why it counts as that. */
export interface Screen {
  readonly state: PromptState
  /** One line for a person; what stands on the screen is quoted and without secrets. */
  readonly because: string
}

/** The input line of Claude Code stands between two rules; before version 2 it stood in a box. */
const ruled = /^ {0,2}[>\u276f](?:\s+(.*))?$/
const boxed = /^ {0,2}[\u2502\u2503]\s?[>\u276f](?:\s+(.*?))?\s*[\u2502\u2503]$/
const rule = /^ {0,2}[\u2500\u2501\u2550]{3}/
const boxTop = /^ {0,2}[\u256d\u250c].*[\u256e\u2510]$/
const boxBottom = /^ {0,2}[\u2570\u2514].*[\u256f\u2518]$/

/** Claude Code shows an example in an input line that is empty. */
const placeholder = /^Try ".*"?$/
const toldBefore = /^ {0,2}[>\u276f]\s+Begin\.$/

/** The marked line of a menu, the start of a question for text, or a prompt that is not known. */
const marked = /^\s*(?:[\u2502\u2503]\s*)?[\u276f\u203a>\u25b6\u25b8\u00bb](?:\s|$)/
const bullet = /^\s*(?:[\u2502\u2503]\s*)?[\u25cf\u2192\u25c9!](?:\s|$)/
const numbered = /^\s*(?:[\u2502\u2503]\s*)?\d{1,2}[.)]\s+\S/
const keys = /\b(?:enter|return|esc|escape)\b\s+(?:to|=)\s+(?!interrupt)|\bpress (?:enter|return|esc|any key|space)\b/i
const yesOrNo = /[[(]y(?:es)?\s?\/\s?n(?:o)?\b|\btrust\b.*\?$/i
const option = /^\s*(?:[\u2502\u2503]\s*)?(?:\[[a-z]\]|\(\w\)|[\u25ef\u25cb\u25a1\u2610])\s+\S/i
const permission =
  /\b(?:permission required|allow once|allow always|waiting for (?:approval|permission|auth)|update available)\b/i
const question = /\?\s*[\u2502\u2503]?$/
/** Text may be typed, and nothing comes of it. */
const trouble =
  /\b(?:hit|reached|exceeded)\b.{0,40}\blimit\b|\blimit\b.{0,20}\b(?:reached|exceeded|hit)\b|\b(?:run|use) \/login\b|\bnot logged in\b|\binvalid api key\b|\b(?:token|session) (?:has )?expired\b|\b(?:log|sign) in to\b/i
const waitsForText = /[>:]$/

/** Anything of these below the input line: the line is a part of a menu or a form. */
const below = [marked, numbered, option, keys, yesOrNo, permission, trouble]
/** Anything of these on a screen without an input line, the most telling first. */
const anywhere = [marked, option, permission, yesOrNo, bullet, numbered, keys, trouble, question]
/** Lines above the input line in which trouble is looked for. */
const near = 8
/** What follows in a longer line is not looked at, nor what stands above so many lines. */
const longest = 1000
const most = 1000

interface InputLine {
  readonly at: number
  readonly text: string
}

/** What the text of a pane shows. Only an input line that is known and empty is ready; whatever looks like a menu, a question
 *  or a form is blocked, and so is a line in which something stands. */
export function readScreen(paneText: string): Screen {
  const lines = paneText
    .split('\n')
    .slice(-most)
    .map((line) => line.slice(0, longest).trimEnd())
  const input = inputLine(lines)
  if (input === undefined) return withoutInput(lines)
  const asking = find(lines.slice(input.at + 2), below) ?? find(lines.slice(0, input.at).slice(-near), [trouble])
  if (asking !== undefined) return blocked(asking)
  if (input.text === beginWord) return { state: 'typed', because: 'its prompt says what it was to be told' }
  if (input.text !== '' && !placeholder.test(input.text)) return blocked(lines[input.at] ?? '')
  return lines.slice(0, input.at).some((line) => toldBefore.test(line))
    ? { state: 'begun', because: 'it was told already, and its prompt is back' }
    : { state: 'ready', because: 'its prompt is there' }
}

/** The last input line of the screen. */
function inputLine(lines: readonly string[]): InputLine | undefined {
  for (let at = lines.length - 2; at > 0; at -= 1) {
    const [above = '', line = '', under = ''] = lines.slice(at - 1, at + 2)
    const found =
      (rule.test(above) && rule.test(under) ? ruled.exec(line) : null) ??
      (boxTop.test(above) && boxBottom.test(under) ? boxed.exec(line) : null)
    if (found) return { at, text: (found[1] ?? '').trim() }
  }
  return undefined
}

function withoutInput(lines: readonly string[]): Screen {
  const last = lines.findLast((line) => line !== '')
  const asking = find(lines, anywhere) ?? (waitsForText.test(last ?? '') ? last : undefined)
  if (asking === undefined) return { state: 'not-ready', because: 'it showed no prompt' }
  const asked = lines.findLast((line) => question.test(line))
  return blocked(asked === undefined || asked === asking ? asking : `${bare(asked)} | ${bare(asking)}`)
}

const blocked = (shown: string): Screen => ({
  state: 'blocked',
  because: `its screen shows ${quote(bare(shown))} where an empty prompt is expected`,
})

/** The last line of the first form that is there. */
function find(lines: readonly string[], forms: readonly RegExp[]): string | undefined {
  for (const form of forms) {
    const line = lines.findLast((one) => form.test(one))
    if (line !== undefined) return line
  }
  return undefined
}

const bare = (line: string): string => line.replace(/^\s*[\u2502\u2503]?\s*|\s*[\u2502\u2503]?\s*$/g, '')
