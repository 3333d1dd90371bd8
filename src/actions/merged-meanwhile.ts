import { defaultBranchOf } from '../dialects/default-branch.js'
import type { Agent } from '../domain/agent.js'
import { gitIn } from '../ports/git.js'
import { mergedInto, mergedWords } from '../ports/merged-branch.js'
import { blinded, type Setback } from './outcomes.js'
import type { Performing } from './performing.js'

/** Looks once more after the fetch, which may bring the news that the branch of a polecat was merged: why it is not started, or undefined. */
export async function mergedMeanwhile({ town }: Performing, agent: Agent): Promise<Setback | undefined> {
  if (agent.role !== 'polecat' || !town.settings.worktree) return undefined
  const git = gitIn(town, town.dialect.folder(town.root, agent), () => town.settings.deadline)
  const name = defaultBranchOf(town.root, agent.rig)
  const merged = name.known ? await mergedInto(git, name.value) : name
  if (!merged.known) return blinded(`it is not known whether its branch is merged: ${merged.why}`)
  if (merged.value === null) return undefined
  // The next check tells its witness.
  return { hindrance: { because: mergedWords(merged.value), soon: true } }
}
