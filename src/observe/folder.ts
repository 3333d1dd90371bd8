import { dirname, join, resolve } from 'node:path'
import type { Agent } from '../domain/agent.js'
import { type Known, known, mapKnown } from '../domain/known.js'
import type { AgentSight } from '../domain/snapshot.js'
import { exists, readText } from '../ports/files.js'
import { folderAt } from '../ports/folders.js'

type Folder = AgentSight['folder']

/** Whether an agent can work in its folder. The deacon's is made when it is missing; a worker's must be a git work tree. */
export function lookAtFolder(path: string, { role }: Agent): Folder {
  const isWorker = role === 'crew' || role === 'polecat'
  const tree = isWorker ? isWorktree(path) : known(false)
  if (!tree.known || tree.value) return mapKnown(tree, () => 'ready')
  const found = folderAt(path)
  if (!found.known) return found
  if (found.value === 'nothing' && role === 'deacon') return known('ready')
  if (found.value !== 'folder') return known('missing')
  return known(isWorker ? 'not-a-worktree' : 'ready')
}

/** Whether `.git` is a repository, or a file that leads to one that is there. */
function isWorktree(path: string): Known<boolean> {
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
