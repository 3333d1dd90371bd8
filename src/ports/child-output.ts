import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

/** What a child has printed so far, bytes that are no UTF-8 shown as U+FFFD. */
export interface Output {
  text(): string
  /** It printed more than it may, at least so many bytes: the text is dropped. Undefined: it did not. */
  tooMuch(): number | undefined
}

/** How much all children of one check may print together, beyond what each has for itself; who is cut off gives back what it took. */
export interface Room {
  left: number
}

const MiB = 1024 * 1024
/** What each child has for itself, bytes: few print more, and they are heard whatever others print. */
const own = MiB
/** The most that one child may print, bytes. */
const most = 32 * MiB

/** What is read is held several times over while it is understood. */
const together = 64 * MiB

/** The room of one check. */
export const roomForAll = (): Room => ({ left: together })

/** Nobody prints any more: all of it is there for those who come. */
export function clear(room: Room): void {
  room.left = together
}

/** Reads what a child prints as long as there is room for it; `overflow` is called once when more comes. */
export function collect(stream: Readable | null, room: Room, overflow: () => void): Output {
  // Of plain text it makes half of what TextDecoder does: one byte for each character.
  const decoder = new StringDecoder('utf8')
  let pieces: string[] = []
  let bytes = 0
  let taken = 0
  let isCutOff = false
  const fits = (): boolean => {
    const more = Math.max(0, bytes - own) - taken
    if (bytes > most || more > room.left) return false
    taken += more
    room.left -= more
    return true
  }
  stream?.on('error', () => undefined)
  stream?.on('data', (chunk: Buffer) => {
    if (isCutOff) return
    bytes += chunk.length
    if (fits()) return pieces.push(decoder.write(chunk))
    isCutOff = true
    pieces = []
    room.left += taken
    return overflow()
  })
  return {
    text: () => {
      if (isCutOff) return ''
      pieces = [pieces.join('') + decoder.end()]
      return pieces[0] ?? ''
    },
    tooMuch: () => (isCutOff ? bytes : undefined),
  }
}
