/** What steers a terminal, begins another line, hides text or turns it around. */
const STEERING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu
/** The same, with what puts a colour on a word taken whole. */
const STEERING_OR_COLOUR = /\p{Cc}\[\d{1,2}m|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu
const ESCAPE = 0x1b
/** Most texts have nothing else in them, and to make one of the others takes as long as all else that is done with a text (0.6 ms). */
const PRINTABLE = /^[ -~]*$/
const PRINTABLE_LINES = /^[\n\t -~]*$/

/** Foreign text as it may be shown and logged: on one line, what would steer a terminal written out as JSON does. JSON stays the same JSON. */
export const plain = (text: string): string => (PRINTABLE.test(text) ? text : text.replace(STEERING, writtenOut))

/** All that is printed, with the layout and the colours that are ours; `colour`: whether it has any. */
export const plainOutput = (text: string, colour: boolean): string =>
  PRINTABLE_LINES.test(text)
    ? text
    : text.replace(STEERING_OR_COLOUR, (found) =>
        isLayout(found, colour) ? found : found.replace(STEERING, writtenOut),
      )

/** Every text in a JSON document so. */
export const plainly = <T>(document: T): T =>
  JSON.parse(JSON.stringify(document), (_, value: unknown) => (typeof value === 'string' ? plain(value) : value))

const isLayout = (found: string, colour: boolean): boolean =>
  found.length === 1 ? found === '\n' || found === '\t' : colour && found.charCodeAt(0) === ESCAPE

function writtenOut(character: string): string {
  const short = JSON.stringify(character).slice(1, -1)
  if (short.startsWith('\\')) return short
  return [...Array(character.length).keys()].map((unit) => `\\u${hex(character.charCodeAt(unit))}`).join('')
}

const hex = (unit: number): string => unit.toString(16).padStart(4, '0')
