import { styleText } from 'node:util'
import type { Verdict } from '../exit-codes.js'

type Colour = 'green' | 'yellow' | 'red' | 'magenta' | 'bold' | 'dim'

/** Puts a colour on a text, or leaves it as it is. */
export type Paint = (colour: Colour, text: string) => string

/** The colour of a verdict. */
export const verdictColour: Readonly<Record<Verdict, Colour>> = {
  ok: 'green',
  warning: 'yellow',
  critical: 'red',
  unknown: 'magenta',
}

/** For a terminal that may have colour, and for everything else. */
export const paintFor = (colour: boolean): Paint =>
  colour ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text
