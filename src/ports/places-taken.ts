import { lstatSync, readlinkSync, renameSync, rmdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { addFolder, exists, readFile } from './files.js'

/** What stands where a file is to be written. `text` and `mode` are those of a file, links followed. */
export type Standing =
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'file' | 'link'
      readonly text: string | undefined
      readonly mode: number
      readonly to: string | undefined
    }
  | { readonly kind: 'something else' }

/** Looks at a path. Throws when it cannot be looked at. */
export function standingAt(path: string): Standing {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return { kind: 'nothing' }
  if (found.isSymbolicLink()) return { kind: 'link', text: textBehind(path), mode: 0o777, to: readlinkSync(path) }
  if (!found.isFile()) return { kind: 'something else' }
  return { kind: 'file', text: readFile(path).toString('utf8'), mode: found.mode & 0o7777, to: undefined }
}

/** A link may lead to nothing, or to a device. */
function textBehind(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false })
  return found?.isFile() ? readFile(path).toString('utf8') : undefined
}

/** A name beside `path` that nobody has: `<path>.kept-<YYYYMMDDHHMMSS>`, in UTC. */
export function nameBeside(path: string, now: number): string {
  const time = new Date(now).toISOString().replace(/\D/g, '').slice(0, 14)
  const names = [...Array(100).keys()].map((n) => `${path}.kept-${time}${n === 0 ? '' : `-${n + 1}`}`)
  return names.find((name) => !exists(name)) ?? `${path}.kept`
}

/** Renames whatever stands at `path`. Throws when that fails. */
export const putBeside = (path: string, name: string): void => renameSync(path, name)

/** The folders that are to be made before something can be written into `folder`, the outermost first. */
export function missingFolders(folder: string): readonly string[] {
  if (exists(folder) || folder === dirname(folder)) return []
  return [...missingFolders(dirname(folder)), folder]
}

/** Makes them, each 0700, if nobody else just has. Throws with the system's own reason, which node hides when it is asked for all at once. */
export function makeFolders(folder: string): void {
  for (const missing of missingFolders(folder)) addFolder(missing)
}

/** Removes a folder in which nothing is; says whether it is gone. */
export function removeEmptyFolder(path: string): boolean {
  try {
    rmdirSync(path)
    return true
  } catch {
    return !exists(path)
  }
}
