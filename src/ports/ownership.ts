import { lstatSync, type Stats, statSync } from 'node:fs'

/** What stands at a path, and who may write there. */
export interface Ownership {
  readonly kind: 'file' | 'folder' | 'link' | 'something else'
  readonly uid: number
  /** Everybody on this machine may write to it. */
  readonly openToAll: boolean
}

/** Of what stands at the path itself; undefined when nothing does. Throws when it cannot be looked at. */
export const ownershipOf = (path: string): Ownership | undefined => told(lstatSync(path, { throwIfNoEntry: false }))

/** The same of what a link there leads to. */
export const ownershipBehind = (path: string): Ownership | undefined => told(statSync(path, { throwIfNoEntry: false }))

/** The id of the user as whom this process reads and writes; undefined where there is no such thing. */
export const thisUserId = (): number | undefined => process.geteuid?.()

const told = (found: Stats | undefined): Ownership | undefined =>
  found && { kind: kindOf(found), uid: found.uid, openToAll: (found.mode & 0o002) !== 0 }

function kindOf(found: Stats): Ownership['kind'] {
  if (found.isSymbolicLink()) return 'link'
  if (found.isFile()) return 'file'
  return found.isDirectory() ? 'folder' : 'something else'
}
