import { dirname, join } from 'node:path'
import { Busy, InstallError, Unavailable } from '../errors.js'
import { exists, hasCode, removeFile } from '../ports/files.js'
import { LockUnavailable, tryLock } from '../ports/lock.js'
import { makeFolders, missingFolders, removeEmptyFolder } from '../ports/places-taken.js'
import { settingsFolder } from './manifest.js'
import type { Machine } from './scheduler.js'

/** What an installation says of folders. */
interface Folders {
  /** Made for the lock, the outermost first. */
  readonly made: readonly string[]
  /** Folders that go at the end, where nothing is in them. */
  readonly clear: string[]
}

/** Does something while no other installation of this user's is at work. Its lock goes again, and folders that were made for it alone.
 *  Throws Busy where another one is. */
export async function alone<T>({ configHome }: Machine, act: (folders: Folders) => Promise<T>): Promise<T> {
  const path = join(settingsFolder(configHome), '.lock')
  const made = missingFolders(dirname(path))
  const clear: string[] = []
  const lock = await take(path)
  if (lock === undefined) throw new Busy('another gt-heartbeat install or uninstall is at work: nothing was done')
  try {
    return await act({ made, clear })
  } finally {
    removeFile(path)
    lock.release()
    const deepestFirst = [...new Set([...made, ...clear])].sort((one, other) => other.length - one.length)
    for (const folder of deepestFirst) removeEmptyFolder(folder)
  }
}

async function take(path: string) {
  try {
    makeFolders(dirname(path))
    return await tryLock(path)
  } catch (error) {
    if (error instanceof LockUnavailable) throw new Unavailable(error.message, { cause: error })
    // Another one took its empty folders away just now.
    if (hasCode(error, 'ENOENT') && !exists(dirname(path))) return undefined
    const why = error instanceof Error ? error.message : error
    throw new InstallError(`nothing can be written in ${dirname(path)}: ${why}\n  nothing was done`, { cause: error })
  }
}
