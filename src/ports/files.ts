import * as fs from 'node:fs'
import { basename, dirname, join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { cannotTell, type Known, known, mapKnown } from '../domain/known.js'

/** Nothing in a town is that big, bytes. */
const largest = 64 * 1024 * 1024
const tenMinutes = 10 * 60 * 1000

/** The text of a file; null when there is none; cannot tell with the path when it cannot be read. */
export const readText = (path: string): Known<string | null> =>
  mapKnown(readBytes(path), (bytes) => (bytes === null ? null : bytes.toString('utf8')))

/** A JSON file; null when there is none; cannot tell with the path when it does not parse. */
export function readJson(path: string): Known<unknown> {
  const bytes = readBytes(path)
  if (!bytes.known || bytes.value === null) return bytes
  try {
    return known(JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.value)))
  } catch (error) {
    return cannotTell(`${path} is no JSON: ${words(error)}`)
  }
}

/** A pipe or a device in a file's place is not opened: it could keep the check waiting for ever. */
function readBytes(path: string): Known<Buffer | null> {
  try {
    const { size } = sizeOfFile(path)
    if (size > largest) return cannotTell(`${path} is too large to be read: ${size} bytes`)
    return known(fs.readFileSync(path))
  } catch (error) {
    return isMissing(error) ? known(null) : cannotTell(`${path} cannot be read: ${words(error)}`)
  }
}

function sizeOfFile(path: string): fs.Stats {
  const found = fs.statSync(path)
  if (!found.isFile()) throw new Error('it is not a file')
  return found
}

/** Writes a whole file atomically and durably, mode 0600 unless the file has one or `mode` says otherwise. Through a link its target
 *  is written. Throws when that fails; the file is then as it was. */
export function writeText(path: string, text: string, mode?: number): void {
  const linked = fs.lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()
  const target = linked ? fs.realpathSync(path) : path
  const before = fs.statSync(target, { throwIfNoEntry: false })
  writeFileAtomic.sync(target, text, { mode: mode ?? (before ? before.mode & 0o7777 : 0o600) })
  syncFolder(dirname(target))
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

/** Names of the folders directly in `path`, sorted, links and dot folders left out; null when there is no such folder. */
export const foldersIn = (path: string): Known<readonly string[] | null> =>
  list(path, (entry) => entry.isDirectory() && !entry.name.startsWith('.'))

/** Names of everything in `path`, sorted; null when there is no such folder. */
export const namesIn = (path: string): Known<readonly string[] | null> => list(path, () => true)

function list(path: string, wanted: (entry: fs.Dirent) => boolean): Known<readonly string[] | null> {
  try {
    const entries = fs.readdirSync(path, { withFileTypes: true }).filter(wanted)
    return known(entries.map(({ name }) => name).sort())
  } catch (error) {
    return hasCode(error, 'ENOENT') ? known(null) : cannotTell(`${path} cannot be listed: ${words(error)}`)
  }
}

/** Whether something is there, a link to nothing too. False only where the system says that nothing is. */
export function exists(path: string): boolean {
  try {
    fs.lstatSync(path)
    return true
  } catch (error) {
    return !isMissing(error)
  }
}

/** Modification time in epoch ms; undefined when there is no such file. */
export function modifiedAt(path: string): number | undefined {
  try {
    return Math.round(fs.statSync(path).mtimeMs)
  } catch {
    return undefined
  }
}

/** Makes a folder and its parents, 0700. */
export function makeFolder(path: string): void {
  fs.mkdirSync(path, { recursive: true, mode: 0o700 })
}

/** Removes one file; missing is fine. */
export function removeFile(path: string): void {
  fs.rmSync(path, { force: true })
}

/** Moves a broken file of ours to `<path>.corrupt-<time>` and returns that name. */
export function setAside(path: string, now: number): string {
  const name = asideName(path, now)
  fs.renameSync(path, name)
  return name
}

/** The same as a copy, for a file whose absence would be taken for a beginning; the broken one is to be written over. */
export function copyAside(path: string, now: number): string {
  const name = asideName(path, now)
  fs.copyFileSync(path, name)
  return name
}

/** A second one of the same second gets a number. */
function asideName(path: string, now: number): string {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')
  const names = [...Array(100).keys()].map((n) => `${path}.corrupt-${time}${n === 0 ? '' : `-${n + 1}`}`)
  return names.find((name) => !exists(name)) ?? `${path}.corrupt`
}

/** Removes left-over temporary files of write-file-atomic (`<name>.<digits>`) older than 10 minutes, for these exact paths. */
export function sweepTemporary(paths: readonly string[], now: number): void {
  for (const path of paths) {
    const names = namesIn(dirname(path))
    if (!names.known) continue
    const prefix = `${basename(path)}.`
    // Few digits are somebody's numbered copy (`daemon.log.1`).
    const ours = (name: string) => name.startsWith(prefix) && /^\d{4,10}$/.test(name.slice(prefix.length))
    for (const name of names.value?.filter(ours) ?? []) sweep(join(dirname(path), name), now)
  }
}

function sweep(path: string, now: number): void {
  const found = fs.lstatSync(path, { throwIfNoEntry: false })
  if (found?.isFile() && found.uid === process.getuid?.() && now - found.mtimeMs > tenMinutes) removeFile(path)
}

const isMissing = (error: unknown): boolean => hasCode(error, 'ENOENT', 'ENOTDIR')
const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code))
const words = (error: unknown): string => (error instanceof Error ? error.message : String(error))
