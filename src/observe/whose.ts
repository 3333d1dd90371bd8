import { isAbsolute } from 'node:path'
import type { Pane } from '../domain/session.js'
import { townAbove } from '../ports/folders.js'
import { realPath } from '../ports/places.js'

/** In which town a session stands, by the folder it was made in. */
export type Whose = 'ours' | "another town's" | "no town's"

/** Tells whose sessions are; `root` is the real path of the town. Folders that are gone are judged by what is left above them. */
export function whoseSessions(root: string): (pane: Pick<Pane, 'path'>) => Whose {
  const judged = new Map<string, Whose>()
  return ({ path }) => {
    const before = judged.get(path)
    if (before !== undefined) return before
    const whose = whoseFolder(path, root)
    judged.set(path, whose)
    return whose
  }
}

function whoseFolder(path: string, root: string): Whose {
  if (path === root || path.startsWith(`${root}/`)) return 'ours'
  const town = isAbsolute(path) ? townAbove(realPath(path) ?? path) : undefined
  if (town === undefined) return "no town's"
  return (realPath(town) ?? town) === root ? 'ours' : "another town's"
}
