import type { Readable } from 'node:stream'

/** What a child has printed so far, bytes that are no UTF-8 shown as U+FFFD. */
export interface Output {
  text(): string
  /** More than the limit came: the text is dropped. */
  tooMuch(): boolean
}

/** Reads what a child prints, at most `limit` bytes; `overflow` is called once when more comes. */
export function collect(stream: Readable | null, limit: number, overflow: () => void): Output {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let pieces: string[] = []
  let bytes = 0
  stream?.on('error', () => undefined)
  stream?.on('data', (chunk: Buffer) => {
    if (bytes > limit) return
    bytes += chunk.length
    if (bytes <= limit) pieces.push(decoder.decode(chunk, { stream: true }))
    else {
      pieces = []
      overflow()
    }
  })
  return {
    text: () => pieces.join('') + (bytes > limit ? '' : decoder.decode()),
    tooMuch: () => bytes > limit,
  }
}
