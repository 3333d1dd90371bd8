import { accessSync, constants, type Stats, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cannotTell, type Known, known } from '../domain/known.js'

/** What is at a path, links followed. */
export function folderAt(path: string): Known<'folder' | 'something else' | 'nothing'> {
  try {
    const found = at(path)
    if (found === undefined) return known('nothing')
    return known(found.isDirectory() ? 'folder' : 'something else')
  } catch (error) {
    return cannotTell(`${path} cannot be looked at: ${error instanceof Error ? error.message : error}`)
  }
}

/** Whether there is a folder at `path`; no when it cannot be reached. */
export function isFolder(path: string): boolean {
  const found = folderAt(path)
  return found.known && found.value === 'folder'
}

/** The file that makes a folder a town. */
export const townFile = (root: string): string => join(root, 'mayor/town.json')

/** The nearest folder from `path` upwards that is a town (it has `mayor/town.json`); undefined when there is none. */
export function townAbove(path: string): string | undefined {
  const file = folderAt(townFile(path))
  if (file.known && file.value !== 'nothing') return path
  const parent = dirname(path)
  return parent === path ? undefined : townAbove(parent)
}

/** Undefined for no such file, also where the path leads through one. */
const at = (path: string): Stats | undefined => statSync(path, { throwIfNoEntry: false })

/** Whether this user may make files in a folder. */
export function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK)
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}
