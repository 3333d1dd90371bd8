import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  type Dirent,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { cannotTell, type Known, known, mapKnown } from '../domain/known.js'
import { plain } from '../domain/plain.js'
import { NotAFile, openFile } from './open-file.js'

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
    return cannotTell(`${path} is no JSON: ${plain(withoutExcerpt(words(error)))}`)
  }
}

function readBytes(path: string): Known<Buffer | null> {
  try {
    // Most of the files that are asked for in a quiet town are not there: an error for each costs more than all else.
    const found = statSync(path, { throwIfNoEntry: false })
    if (found === undefined) return known(null)
    if (found.size > largest) return cannotTell(`${path} is too large to be read: ${found.size} bytes`)
    return known(readFile(path))
  } catch (error) {
    if (error instanceof NotAFile) return cannotTell(error.message)
    return isMissing(error) ? known(null) : cannotTell(`${path} cannot be read: ${words(error)}`)
  }
}

/** The bytes of a file. Throws when it cannot be read, or is no file. */
export function readFile(path: string): Buffer {
  const file = openFile(path, constants.O_RDONLY)
  try {
    return readFileSync(file)
  } finally {
    closeSync(file)
  }
}

/** Names of the folders directly in `path`, sorted, links and dot folders left out; null when there is no such folder. */
export const foldersIn = (path: string): Known<readonly string[] | null> =>
  list(path, (entry) => entry.isDirectory() && !entry.name.startsWith('.'))

/** Names of everything in `path`, sorted; null when there is no such folder. */
export const namesIn = (path: string): Known<readonly string[] | null> => list(path, () => true)

function list(path: string, wanted: (entry: Dirent) => boolean): Known<readonly string[] | null> {
  try {
    const entries = readdirSync(path, { withFileTypes: true }).filter(wanted)
    return known(entries.map(({ name }) => name).sort())
  } catch (error) {
    return hasCode(error, 'ENOENT') ? known(null) : cannotTell(`${path} cannot be listed: ${words(error)}`)
  }
}

/** Whether something is there, a link to nothing too. False only where the system says that nothing is. */
export function exists(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch (error) {
    return !isMissing(error)
  }
}

/** Modification time in epoch ms; undefined when there is no such file. */
export function modifiedAt(path: string): number | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false })
    return found && Math.round(found.mtimeMs)
  } catch {
    return undefined
  }
}

/** When a file, or what is known of it, was last changed, epoch ms: later than its content where it was moved into place. Undefined when there
 *  is none; Infinity when nobody can tell. */
export function changedAt(path: string): number | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.ctimeMs
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

/** Makes a folder and its parents, 0700. */
export function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
}

/** Makes a folder, and the one above it, that is nobody's but this user's: one that is there is closed to everybody else. Throws where a
 *  third one is missing. */
export function makePrivateFolder(path: string): void {
  addFolder(dirname(path))
  addFolder(path)
  const { mode, uid } = lstatSync(path)
  if ((mode & 0o077) !== 0 && uid === process.geteuid?.()) chmodSync(path, 0o700)
}

/** Throws where there is no such folder. */
export const demandFolder = (path: string): void => accessSync(path)

/** Makes one folder, 0700; throws where the one above it is not there: a town that is moved away is not made anew. */
export function addFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  }
}

/** Removes one file; missing is fine. */
export function removeFile(path: string): void {
  try {
    // Not by what removes folders too: that is a part of node of its own.
    if (exists(path)) unlinkSync(path)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}

/** Moves a broken file of ours to `<path>.corrupt-<time>` and returns that name. */
export function setAside(path: string, now: number): string {
  const name = asideName(path, now)
  renameSync(path, name)
  return name
}

/** The same as a copy, for a file whose absence would be taken for a beginning; the broken one is to be written over. */
export function copyAside(path: string, now: number): string {
  const before = sameAside(path)
  if (before !== undefined) return before
  const name = asideName(path, now)
  writeFileSync(name, readFile(path), { mode: 0o600, flag: 'wx' })
  return name
}

/** Keeps what stands at the path of a file of ours, to make room for a new one: as a copy when it can be read, else under another name.
 *  Returns that name; undefined when nothing stands there. */
export function makeRoom(path: string, now: number): string | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return undefined
  try {
    // Never away when that can be helped: a missing one tells less.
    if (found.size <= largest) return copyAside(path, now)
  } catch (error) {
    if (!(error instanceof NotAFile) && !hasCode(error, 'EACCES')) throw error
  }
  return setAside(path, now)
}

/** One that stays, since nobody may write over it yet, is not copied again by each check. */
function sameAside(path: string): string | undefined {
  const names = namesIn(dirname(path))
  const aside = (names.known ? (names.value ?? []) : []).filter((name) => name.startsWith(`${basename(path)}.corrupt`))
  const content = readFile(path)
  const copies = aside.map((name) => join(dirname(path), name)).filter((copy) => lstatSync(copy).isFile())
  return copies.find((copy) => readFile(copy).equals(content))
}

/** A second one of the same second gets a number. */
function asideName(path: string, now: number): string {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')
  const names = [...Array(100).keys()].map((n) => `${path}.corrupt-${time}${n === 0 ? '' : `-${n + 1}`}`)
  return names.find((name) => !exists(name)) ?? `${path}.corrupt`
}

/** Removes left-over temporary files of `writeText` (`<name>.<digits>`) older than 10 minutes, for these exact paths. */
export function sweepTemporary(paths: readonly string[], now: number): void {
  const swept = new Set(paths)
  for (const folder of new Set(paths.map(dirname))) {
    const names = namesIn(folder)
    for (const name of names.known ? (names.value ?? []) : []) {
      // Few digits are somebody's numbered copy (`daemon.log.1`).
      const [, before] = /^(.+)\.\d{4,10}$/.exec(name) ?? []
      if (before !== undefined && swept.has(join(folder, before))) sweep(join(folder, name), now)
    }
  }
}

function sweep(path: string, now: number): void {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found?.isFile() && found.uid === process.getuid?.() && now - found.mtimeMs > tenMinutes) removeFile(path)
}

const isMissing = (error: unknown): boolean => hasCode(error, 'ENOENT', 'ENOTDIR')
/** Whether the system failed for one of these reasons (`ENOENT`). */
export const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code))
const words = (error: unknown): string => (error instanceof Error ? error.message : String(error))
/** What is in a file is not told with what is wrong with it. */
const withoutExcerpt = (text: string): string =>
  text.replace(/, (?:\.\.\.)?"[\s\S]*"(?:\.\.\.)? is not valid JSON$/, '')
