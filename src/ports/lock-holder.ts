import { readFileSync, writeFileSync } from 'node:fs'

/** Who holds the town's lock, as its holder wrote it down for people. */
export interface Holder {
  readonly pid: number
  /** Epoch ms. */
  readonly since: number
}

/** Writes the holder into its lock file, in place: a renamed file would be another lock. The lock does not depend on it. */
export function writeHolder(path: string, { pid, since }: Holder): void {
  try {
    writeFileSync(path, `${pid} ${new Date(since).toISOString()}\n`)
  } catch {
    // A full disk: then nobody is named.
  }
}

/** Who wrote itself into a lock file last; undefined when that cannot be told. Whether it still holds it, only the lock tells. */
export function readHolder(path: string): Holder | undefined {
  try {
    const [pid = '', since = ''] = readFileSync(path, 'utf8').trim().split(' ')
    const holder = { pid: Number(pid), since: Date.parse(since) }
    return Number.isSafeInteger(holder.pid) && Number.isFinite(holder.since) ? holder : undefined
  } catch {
    return undefined
  }
}
