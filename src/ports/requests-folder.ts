import { chmodSync, lstatSync, mkdirSync, readdirSync, renameSync, statSync, unlinkSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { now } from './clock.js'
import { exists, hasCode, modifiedAt } from './files.js'

/** The folder of a town into which any program may drop a file, to have requests taken up. */
export interface RequestsFolder {
  /** Takes out what lies there: files and links go unread, a folder is moved beside. What cannot be taken out is moved beside with the whole
   *  folder. Returns a line for everything that was moved. */
  take(at: number): readonly string[]
  /** Whether something was dropped since; a file name that begins with a dot does not count. */
  hasNew(): boolean
  /** Has the next poll find what was dropped since: what a check writes down at its end hides all that is older. */
  callAgain(): void
  /** Why requests cannot be dropped there, or stay there; undefined: all is well. */
  complaint(): string | undefined
}

/** Where it is. */
const requestsFolder = (root: string): string => join(root, 'daemon/requests')

/** When something was dropped that still lies there, epoch ms; undefined: nothing lies there, as far as anybody can tell. */
export function requestedAt(root: string): number | undefined {
  const folder = requestsFolder(root)
  return visibleIn(folder).length > 0 ? modifiedAt(folder) : undefined
}

export function openRequests(root: string): RequestsFolder {
  const folder = requestsFolder(root)
  /** Of the folder, when something had stayed there. */
  let stayedAt: bigint | undefined
  let why: string | undefined
  const hasNew = () => visibleIn(folder).length > 0 && changeOf(folder) !== stayedAt
  return {
    take(at) {
      const { moved, failure } = empty(folder, at)
      why = failure
      stayedAt = failure === undefined ? undefined : changeOf(folder)
      return moved
    },
    hasNew,
    callAgain() {
      // A millisecond more: file times are finer than this clock.
      const time = (now() + 1) / 1000
      if (hasNew()) utimesSync(folder, time, time)
    },
    complaint: () => why ?? oddFolder(folder),
  }
}

interface Emptied {
  readonly moved: readonly string[]
  /** Why something stays. */
  readonly failure?: string
}

function empty(folder: string, at: number): Emptied {
  const moved: string[] = []
  const failures: string[] = []
  for (const name of attempt(() => namesOf(folder), failures) ?? []) {
    // Bytes that are no text are a name, too.
    const path = Buffer.concat([Buffer.from(`${folder}/`), name])
    attempt(() => {
      if (!lstatSync(path).isDirectory()) unlinkSync(path)
      else moved.push(moveBeside(folder, path, at))
    }, failures)
  }
  const [failure] = failures
  return failure === undefined ? { moved } : replace(folder, at, { moved, failure })
}

/** What another program has taken out meanwhile is fine. */
function attempt<T>(act: () => T, failures: string[]): T | undefined {
  try {
    return act()
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) failures.push(error instanceof Error ? error.message : String(error))
    return undefined
  }
}

/** Puts an empty folder in the place of one of which something cannot be taken out. */
function replace(folder: string, at: number, { moved, failure }: Required<Emptied>): Emptied {
  try {
    const mode = statSync(folder).mode & 0o7777
    const all = moveBeside(folder, folder, at)
    mkdirSync(folder)
    chmodSync(folder, mode | 0o700)
    return { moved: [...moved, `${all} (${failure})`] }
  } catch {
    return { moved, failure: `${folder} cannot be emptied, remove what lies there: ${failure}` }
  }
}

function moveBeside(folder: string, path: Buffer | string, at: number): string {
  const names = [...Array(100).keys()].map((n) => `${folder}.set-aside-${at}${n === 0 ? '' : `-${n + 1}`}`)
  const beside = names.find((name) => !exists(name)) ?? `${folder}.set-aside`
  renameSync(path, beside)
  return `${path} was moved to ${beside}`
}

function oddFolder(folder: string): string | undefined {
  const found = lstatSync(folder, { throwIfNoEntry: false })
  return found && !found.isDirectory()
    ? `${folder} is not a folder, remove it: nobody can drop requests there`
    : undefined
}

/** Throws where the folder cannot be listed. */
function namesOf(folder: string): readonly Buffer[] {
  const isThere = lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()
  return isThere ? readdirSync(folder, { encoding: 'buffer' }) : []
}

function visibleIn(folder: string): readonly Buffer[] {
  try {
    return namesOf(folder).filter((name) => name[0] !== dot)
  } catch {
    return []
  }
}

const dot = 46

const changeOf = (folder: string): bigint | undefined =>
  statSync(folder, { throwIfNoEntry: false, bigint: true })?.mtimeNs
