import { createHash } from 'node:crypto'
import { type BigIntStats, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join, relative } from 'node:path'

function contentOf(path: string, stats: BigIntStats): string {
  if (stats.isFile()) return createHash('sha256').update(readFileSync(path)).digest('hex')
  return stats.isSymbolicLink() ? readlinkSync(path) : ''
}

function entriesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? [path, ...entriesBelow(path)] : [path]
  })
}

/** Everything below a folder and the folder itself: path → mode, time to the nanosecond, content. Two equal digests: not a byte changed. */
export function digest(folder: string): ReadonlyMap<string, string> {
  return new Map(
    [folder, ...entriesBelow(folder)].map((path) => {
      const stats = lstatSync(path, { bigint: true })
      return [relative(folder, path), `${stats.mode.toString(8)} ${stats.mtimeNs} ${contentOf(path, stats)}`]
    }),
  )
}
