import { closeSync, constants, fchmodSync, fstatSync, lstatSync, readSync, renameSync, writeSync } from 'node:fs'
import { demandFile, openFile } from './open-file.js'

const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW } = constants

/** Appends a line, first moving the file to `<path>.1` when it would grow over half of `limit` bytes: both together stay under it. So does
 *  one that has a second name: what that belongs to stays as it is. A line longer than that half is cut. Not through a link; throws
 *  when it cannot be written. */
export function appendLine(path: string, line: string, limit: number): void {
  const half = Math.floor(limit / 2)
  const bytes = Buffer.from(`${line.replace(/\n/g, ' ')}\n`)
  const whole = bytes.length <= half ? bytes : Buffer.concat([bytes.subarray(0, Math.max(0, half - 1)), newline])
  // Before it is renamed.
  demandFile(path, false)
  const { size, nlink } = lstatSync(path, { throwIfNoEntry: false }) ?? { size: 0, nlink: 1 }
  // One byte for the end of a torn line.
  if (nlink > 1 || (size > 0 && size + whole.length + 1 > half)) renameSync(path, `${path}.1`)
  const file = openFile(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600)
  try {
    closeToOthers(file)
    writeSync(file, endsTorn(file) ? Buffer.concat([newline, whole]) : whole)
  } finally {
    closeSync(file)
  }
}

const newline = Buffer.from('\n')

/** It tells of people's work: the owner's group may be let in, nobody else. */
function closeToOthers(file: number): void {
  const { mode } = fstatSync(file)
  if ((mode & 0o007) !== 0) fchmodSync(file, mode & 0o770)
}

/** Whether the last line was cut off by a kill or a full disk. */
function endsTorn(file: number): boolean {
  const { size } = fstatSync(file)
  const last = Buffer.alloc(1)
  return size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && !last.equals(newline)
}
