import { lstatSync, readdirSync, renameSync, unlinkSync } from 'node:fs'
import { basename, join } from 'node:path'

/** Whether somebody dropped something into the folder; a file name that begins with a dot does not count. */
export function hasRequests(folder: string): boolean {
  return entries(folder).some((name) => !name.startsWith('.'))
}

/**
 * Empties the folder: files and links go, unread; a folder in it is moved beside it, since it would trigger for ever. What cannot be
 * removed is returned, one line each. A missing folder is fine, and a link in its place is not followed.
 */
export function emptyRequests(folder: string, now: number): readonly string[] {
  const complaints: string[] = []
  for (const name of entries(folder)) {
    const path = join(folder, name)
    try {
      if (lstatSync(path).isDirectory()) renameSync(path, `${folder}.${basename(name)}.set-aside-${now}`)
      else unlinkSync(path)
    } catch (error) {
      complaints.push(`${path} cannot be removed: ${error instanceof Error ? error.message : error}`)
    }
  }
  return complaints
}

function entries(folder: string): readonly string[] {
  try {
    return lstatSync(folder).isDirectory() ? readdirSync(folder) : []
  } catch {
    return []
  }
}
