import { dirname, join, resolve } from 'node:path'
import { type Known, known, mapKnown } from '../domain/known.js'
import { exists, readText } from './files.js'
import { folderAt } from './folders.js'

/** Whether a folder is a git work tree: its `.git` is a repository, or a file that leads to one that is there. */
export function isWorktree(path: string): Known<boolean> {
  const git = `${path}/.git`
  const found = folderAt(git)
  if (!found.known) return found
  if (found.value === 'folder') return known(exists(`${git}/HEAD`))
  if (found.value === 'nothing') return known(false)
  return mapKnown(readText(git), (text) => {
    const target = /^gitdir: (.+)$/m.exec(text ?? '')?.[1]
    return target !== undefined && exists(join(resolve(dirname(git), target.trim()), 'HEAD'))
  })
}
