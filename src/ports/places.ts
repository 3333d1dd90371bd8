import { realpathSync, statSync } from 'node:fs'

/** A path without links in it; undefined when nothing is there or it cannot be reached. */
export function realPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}

/** What tells one build of a program from another. */
export interface FileStamp {
  readonly path: string
  readonly size: number
  readonly mtimeMs: number
}

/** The stamp of a file, links followed; undefined when it cannot be had. */
export function fileStamp(path: string): FileStamp | undefined {
  try {
    const { size, mtimeMs } = statSync(path)
    return { path, size, mtimeMs: Math.floor(mtimeMs) }
  } catch {
    return undefined
  }
}

/** Whether two looks at a program found the same build of it, or none. */
export const isSameStamp = (one: FileStamp | undefined, other: FileStamp | undefined): boolean =>
  one?.path === other?.path && one?.size === other?.size && one?.mtimeMs === other?.mtimeMs
