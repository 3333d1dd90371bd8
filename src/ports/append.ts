import * as fs from 'node:fs'

/** Appends a line, first moving the file to `<path>.1` when it would grow over half of `limit` bytes: both together stay under it.
 *  A line longer than that half is cut. Throws when it cannot be written. */
export function appendLine(path: string, line: string, limit: number): void {
  const half = Math.floor(limit / 2)
  const bytes = Buffer.from(`${line.replace(/\n/g, ' ')}\n`)
  const whole = bytes.length <= half ? bytes : Buffer.concat([bytes.subarray(0, Math.max(0, half - 1)), newline])
  const size = fs.statSync(path, { throwIfNoEntry: false })?.size ?? 0
  // One byte for the end of a torn line.
  if (size > 0 && size + whole.length + 1 > half) fs.renameSync(path, `${path}.1`)
  const file = fs.openSync(path, 'a+', 0o600)
  try {
    fs.writeSync(file, endsTorn(file) ? Buffer.concat([newline, whole]) : whole)
  } finally {
    fs.closeSync(file)
  }
}

const newline = Buffer.from('\n')

/** Whether the last line was cut off by a kill or a full disk. */
function endsTorn(file: number): boolean {
  const { size } = fs.fstatSync(file)
  const last = Buffer.alloc(1)
  return size > 0 && fs.readSync(file, last, 0, 1, size - 1) === 1 && !last.equals(newline)
}
