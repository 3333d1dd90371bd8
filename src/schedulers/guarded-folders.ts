import { join } from 'node:path'

/** Folders of a home that macOS lets no program read that was not granted it. */
const inHome = ['Documents', 'Desktop', 'Downloads', 'Library/Mobile Documents', 'Library/CloudStorage']

/** Why a job of launchd's may not be allowed to read a town, in one line; undefined: its place is guarded by nobody. */
export function guarded(town: string, home: string): string | undefined {
  const folders = [...inHome.map((name) => join(home, name)), '/Volumes']
  const folder = folders.find((path) => town === path || town.startsWith(`${path}/`))
  if (folder === undefined) return undefined
  return `the town lies in ${folder}, which macOS guards: a job of launchd's may get "Operation not permitted" there`
}
