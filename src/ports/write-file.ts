import { randomInt } from 'node:crypto'
import * as fs from 'node:fs'
import { dirname } from 'node:path'

/** Writes a whole file of ours atomically and durably. Whatever has its name, a link too, is replaced and never written through. `mode`
 *  as far as the umask leaves it. Throws when that fails; the file is then as it was. */
export const writeText = (path: string, text: string, mode = 0o600): void => replace(path, text, { mode })

/** The same for a file that is not ours alone: it keeps its mode and group, unless `mode` says otherwise; and through a link its target is
 *  written, where that belongs to this user. */
export function writeThrough(path: string, text: string, mode?: number): void {
  const target = ownTarget(path)
  const before = fs.statSync(target, { throwIfNoEntry: false })
  const exactly = mode ?? (before ? before.mode & 0o7777 : undefined)
  replace(target, text, { mode: 0o600, exactly, group: before?.gid })
}

/** Where a link leads; throws where that is nothing, or somebody else's. */
function ownTarget(path: string): string {
  if (!fs.lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return path
  const target = fs.realpathSync(path)
  if (fs.statSync(target).uid === process.geteuid?.()) return target
  throw new Error(`${path} is a link to ${target}, which belongs to somebody else`)
}

interface Permissions {
  readonly mode: number
  /** Whatever the umask says. */
  readonly exactly?: number | undefined
  readonly group?: number | undefined
}

/** Not by a library: those that are there open their temporary file in a way that follows a link which somebody laid under its name. */
function replace(path: string, text: string, { mode, exactly, group }: Permissions): void {
  const temporary = `${path}.${randomInt(1_000_000_000, 10_000_000_000)}`
  const file = fs.openSync(temporary, 'wx', mode)
  try {
    fill(file, text, () => {
      if (group !== undefined) keepGroup(file, group)
      if (exactly !== undefined) fs.fchmodSync(file, exactly)
    })
    fs.renameSync(temporary, path)
  } catch (error) {
    fs.rmSync(temporary, { force: true })
    throw error
  }
  syncFolder(dirname(path))
}

function fill(file: number, text: string, permit: () => void): void {
  try {
    fs.writeFileSync(file, text)
    permit()
    fs.fsyncSync(file)
  } finally {
    fs.closeSync(file)
  }
}

function keepGroup(file: number, group: number): void {
  try {
    if (fs.fstatSync(file).gid !== group) fs.fchownSync(file, -1, group)
  } catch {
    // Only a member of that group may.
  }
}

/** A rename is only kept through a power cut once its folder is on disk too. */
function syncFolder(path: string): void {
  const folder = fs.openSync(path, 'r')
  try {
    fs.fsyncSync(folder)
  } catch {
    // Some file systems have no such call for folders.
  } finally {
    fs.closeSync(folder)
  }
}
