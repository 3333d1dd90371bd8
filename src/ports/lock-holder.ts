import { closeSync, constants, fstatSync, ftruncateSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { readFile } from './files.js'
import { openFile } from './open-file.js'

/** The lock of a town's checks. */
export const lockFile = (root: string): string => join(root, 'daemon/heartbeat/lock')

/** Who holds the town's lock, as its holder wrote it down for people. */
export interface Holder {
  readonly pid: number
  /** Epoch ms. */
  readonly since: number
}

const { O_WRONLY, O_NOFOLLOW } = constants

/** Whether both are the same taking of the lock. */
export const isSameHolder = (one: Holder | undefined, other: Holder): boolean =>
  one?.pid === other.pid && one.since === other.since

/** Writes the holder into its lock file, in place: a renamed file would be another lock. Not where that file has a second name, which
 *  may be somebody's: the lock does not depend on it. */
export function writeHolder(path: string, { pid, since }: Holder): void {
  try {
    overwrite(openFile(path, O_WRONLY | O_NOFOLLOW), `${pid} ${new Date(since).toISOString()}\n`)
  } catch {
    // A full disk: then nobody is named.
  }
}

function overwrite(file: number, text: string): void {
  try {
    if (fstatSync(file).nlink > 1) return
    ftruncateSync(file)
    writeSync(file, text)
  } finally {
    closeSync(file)
  }
}

/** Who wrote itself into a lock file last; undefined when that cannot be told. Whether it still holds it, only the lock tells. */
export function readHolder(path: string): Holder | undefined {
  try {
    const [pid = '', since = ''] = readFile(path).toString('utf8').trim().split(' ')
    const holder = { pid: Number(pid), since: Date.parse(since) }
    return Number.isSafeInteger(holder.pid) && Number.isFinite(holder.since) ? holder : undefined
  } catch {
    return undefined
  }
}
