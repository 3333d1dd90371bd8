import { accessSync, constants, lstatSync, statSync } from 'node:fs'
import { basename, delimiter, resolve } from 'node:path'
import { type FileStamp, fileStamp, realPath } from './places.js'

/** The name a program is known by: the last part of its path. */
export const baseName = (program: string): string => basename(program)

/** The absolute path of a program on the PATH of `env` (a name with a slash: itself), undefined when none can be run. */
export function findProgram(program: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  if (program.includes('/')) return isProgram(program) ? resolve(program) : undefined
  return placesOnPath(program, env).find(isProgram)
}

const placesOnPath = (program: string, env: Readonly<Record<string, string | undefined>>): readonly string[] =>
  (env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder.startsWith('/'))
    .map((folder) => resolve(folder, program))

/** Why a program cannot be run, in one line: a file of its name that is not a program is named. Undefined: it can be run. */
export function absenceOf(program: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  if (findProgram(program, env) !== undefined) return undefined
  const isPath = program.includes('/')
  const places = isPath ? [resolve(program)] : placesOnPath(program, env)
  const odd = places.map(whyNoProgram).find((why) => why !== undefined)
  if (isPath) return odd ?? `${program} does not exist`
  return odd === undefined ? `${program} is not on PATH` : `${program} is not on PATH (${odd})`
}

/** Undefined: there is nothing at that path, or it is a program. */
function whyNoProgram(path: string): string | undefined {
  const entry = attempt(() => lstatSync(path, { throwIfNoEntry: false }))
  if (entry === undefined || isProgram(path)) return undefined
  const target = attempt(() => statSync(path))
  if (target === undefined) return `${path} is a broken link`
  if (target.isDirectory()) return `${path} is a folder`
  return target.isFile() ? `${path} is not executable` : `${path} is not a file`
}

function attempt<T>(ask: () => T): T | undefined {
  try {
    return ask()
  } catch {
    return undefined
  }
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
