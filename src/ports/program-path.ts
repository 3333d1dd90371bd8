import { accessSync, constants, statSync } from 'node:fs'
import { basename, delimiter, resolve } from 'node:path'
import { type FileStamp, fileStamp, realPath } from './places.js'

/** The name a program is known by: the last part of its path. */
export const baseName = (program: string): string => basename(program)

/** The absolute path of a program on the PATH of `env` (a name with a slash: itself), undefined when none can be run. */
export function findProgram(program: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  if (program.includes('/')) return isProgram(program) ? resolve(program) : undefined
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder.startsWith('/'))
  return folders.map((folder) => resolve(folder, program)).find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    // On most folders of PATH it is not there: an error for each costs more than all else.
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return false
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** gt and bd, as they stood on PATH; undefined: not there. */
export type Programs = Readonly<Record<'gt' | 'bd', FileStamp | undefined>>

/** The stamp of the program that PATH leads to, links followed; undefined when there is none. */
export function programStamp(
  program: string,
  env: Readonly<Record<string, string | undefined>>,
): FileStamp | undefined {
  const path = findProgram(program, env)
  return path === undefined ? undefined : fileStamp(realPath(path) ?? path)
}
