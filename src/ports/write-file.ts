import { closeSync, fsyncSync, lstatSync, openSync, realpathSync, statSync, unlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { onExit } from 'signal-exit'
import writeFileAtomic from 'write-file-atomic'
import { demandFile } from './open-file.js'

/** Writes a whole file of ours atomically and durably. A link in its place goes, and is never written through. Throws when that fails; the
 *  file is then as it was. */
export function writeText(path: string, text: string, mode = 0o600): void {
  if (isLink(path)) unlinkSync(path)
  replace(path, text, mode)
}

/** The same for a file that is not ours alone: it keeps its mode and group, unless `mode` says otherwise; and through a link its target is
 *  written, where that belongs to this user. */
export function writeThrough(path: string, text: string, mode?: number): void {
  const target = ownTarget(path)
  const before = statSync(target, { throwIfNoEntry: false })
  replace(target, text, mode ?? (before ? before.mode & 0o7777 : 0o600))
}

const isLink = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false

/** Where a link leads; throws where that is nothing, or somebody else's. */
function ownTarget(path: string): string {
  if (!isLink(path)) return path
  const target = realpathSync(path)
  if (statSync(target).uid === process.geteuid?.()) return target
  throw new Error(`${path} is a link to ${target}, which belongs to somebody else`)
}

let isListening = false

/** For each file write-file-atomic listens to twenty signals, and no more after it: 150 system calls, unless somebody listens all along. */
function listenOnce(): void {
  if (!isListening) onExit(() => undefined)
  isListening = true
}

function replace(path: string, text: string, mode: number): void {
  // A rename would put a file in its place without a word.
  demandFile(path)
  listenOnce()
  writeFileAtomic.sync(path, text, { mode, tmpfileCreated: isOurOwn })
  syncFolder(dirname(path))
}

/** Nothing is told to a file that somebody had laid under the temporary file's name. */
function isOurOwn(temporary: string): void {
  const found = lstatSync(temporary)
  if (found.isFile() && found.nlink === 1 && found.uid === process.geteuid?.()) return
  throw new Error(`${temporary} is a link, or somebody else's`)
}

/** A rename is only kept through a power cut once its folder is on disk too. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } catch {
    // Some file systems have no such call for folders.
  } finally {
    closeSync(folder)
  }
}
