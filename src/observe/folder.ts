import type { Agent } from '../domain/agent.js'
import { known, mapKnown } from '../domain/known.js'
import type { AgentSight } from '../domain/snapshot.js'
import { folderAt } from '../ports/folders.js'
import { isWorktree } from '../ports/worktree.js'

type Folder = AgentSight['folder']

/** Whether an agent can work in its folder. The deacon's is made when it is missing; a polecat's must be a git work tree. */
export function lookAtFolder(path: string, { role }: Agent): Folder {
  const tree = role === 'polecat' ? isWorktree(path) : known(false)
  if (!tree.known || tree.value) return mapKnown(tree, () => 'ready')
  const found = folderAt(path)
  if (!found.known) return found
  if (found.value === 'nothing' && role === 'deacon') return known('ready')
  if (found.value !== 'folder') return known('missing')
  return known(role === 'polecat' ? 'not-a-worktree' : 'ready')
}
