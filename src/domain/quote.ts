import { redacted } from './redaction.js'

const LONGEST = 80
/** A secret that begins within those is longer than they are. */
const LOOKED_AT = 4096
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** Foreign text in double quotes, on one line and without secrets: control and invisible characters are written out, more than 80
 *  characters are cut off. */
export function quote(text: string): string {
  const whole = redacted(text.slice(0, LOOKED_AT))
  const cut = whole.length > LONGEST ? `${whole.slice(0, LONGEST)}…` : whole
  return JSON.stringify(cut).replace(INVISIBLE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}

/** One word as a shell reads it: quoted where it has to be. */
export const shellWord = (word: string): string =>
  /^[\w%+,./:=@~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
