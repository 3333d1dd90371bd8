import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** One file after the other is read into it: each page of memory that a process touches first is a page fault, of which a check has thousands, and a
 *  virtual machine may take 20 µs for one. */
let memory = Buffer.allocUnsafeSlow(512 * 1024)
const piece = Buffer.allocUnsafeSlow(64 * 1024)

/** The bytes of a file, until the next one is read. Throws where it cannot be read, or was cut off meanwhile. */
export function readWhole(path: string): Buffer {
  return opened(path, (file, size) => {
    const bytes = first(size)
    if (!fill(file, bytes)) throw new Error(`${path} was cut off while it was read`)
    return bytes
  })
}

/** The first half of a file of two equal halves, until the next file is read; undefined where they are not the same. Throws where it cannot be read. */
export function readTwice(path: string): Buffer | undefined {
  return opened(path, (file, size) => {
    const half = first(Math.floor(size / 2))
    return size > 0 && size % 2 === 0 && fill(file, half) && isNext(file, half) ? half : undefined
  })
}

function opened<T>(path: string, read: (file: number, size: number) => T): T {
  const file = openSync(path, 'r')
  try {
    return read(file, fstatSync(file).size)
  } finally {
    closeSync(file)
  }
}

function first(size: number): Buffer {
  if (size > memory.length) memory = Buffer.allocUnsafeSlow(size)
  return memory.subarray(0, size)
}

/** False where the file ends before. */
function fill(file: number, bytes: Buffer): boolean {
  let read = 0
  while (read < bytes.length) {
    const more = readSync(file, bytes, read, bytes.length - read, null)
    if (more === 0) return false
    read += more
  }
  return true
}

/** Whether the file goes on with the same bytes, looked at a piece at a time. */
function isNext(file: number, bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at += piece.length) {
    const wanted = bytes.subarray(at, at + piece.length)
    const found = piece.subarray(0, wanted.length)
    if (!fill(file, found) || !found.equals(wanted)) return false
  }
  return true
}
