import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

/** What a child has printed so far, bytes that are no UTF-8 shown as U+FFFD. */
export interface Output {
  text(): string
  /** It printed more than it may, at least so many bytes: an answer is dropped then. Undefined: it did not. */
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

/** So much of the beginning and of the end of what is no answer is kept, bytes. */
const end = 64 * 1024

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
  let taken = 0
  const tooMuch = listen(stream, (chunk, bytes) => {
    const more = Math.max(0, bytes - own) - taken
    if (bytes <= most && more <= room.left) {
      taken += more
      room.left -= more
      pieces.push(decoder.write(chunk))
      return true
    }
    pieces = []
    room.left += taken
    overflow()
    return false
  })
  return {
    text: () => {
      if (tooMuch() !== undefined) return ''
      pieces = [pieces.join('') + decoder.end()]
      return pieces[0] ?? ''
    },
    tooMuch,
  }
}

/** Reads what a child says of its work: the beginning and the end of it are kept, whatever stands between them; so it takes no room of others. */
export function collectEnds(stream: Readable | null, overflow: () => void): Output {
  let [first, last] = [Buffer.alloc(0), Buffer.alloc(0)]
  let isWhole = true
  const tooMuch = listen(stream, (chunk, bytes) => {
    const free = end - first.length
    if (free > 0) first = Buffer.concat([first, chunk.subarray(0, free)])
    last = Buffer.concat([last, chunk.subarray(free)]).subarray(-end)
    isWhole = first.length + last.length === bytes
    if (bytes > most) overflow()
    return bytes <= most
  })
  return { text: () => Buffer.concat([first, Buffer.from(isWhole ? '' : '\n'), last]).toString(), tooMuch }
}

/** Hears a stream until `take` refuses a chunk: `bytes` are all so far. Returns how many there were then. */
function listen(stream: Readable | null, take: (chunk: Buffer, bytes: number) => boolean): Output['tooMuch'] {
  let bytes = 0
  let isCutOff = false
  stream?.on('error', () => undefined)
  stream?.on('data', (chunk: Buffer) => {
    if (isCutOff) return
    bytes += chunk.length
    isCutOff = !take(chunk, bytes)
  })
  return () => (isCutOff ? bytes : undefined)
}
