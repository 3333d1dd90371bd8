import type { AgentBead, AgentSight, Snapshot } from './snapshot.js'

/** The agent's bead; undefined when there is none or nobody can tell. */
export const beadOf = ({ bead }: Pick<AgentSight, 'bead'>): AgentBead | undefined =>
  bead.known ? (bead.value ?? undefined) : undefined

/** Id of the bead on the agent's hook: as the bead of the work says, where that was asked; '' when there is none or nobody can tell. */
export function hookOf(sight: AgentSight): string {
  const { hooked } = sight
  if (hooked === undefined) return beadOf(sight)?.hook ?? ''
  return hooked.known ? (hooked.value?.id ?? '') : ''
}

/** When the bead that tells of the agent's work was last touched; undefined when nobody can tell. */
export function workedAt(sight: AgentSight): number | undefined {
  const { hooked } = sight
  if (hooked === undefined) return beadOf(sight)?.updatedAt
  return hooked.known ? hooked.value?.updatedAt : undefined
}

/** Times of beads are rounded to seconds. */
const second = 1000

/** Whether a polecat ended its work for now itself, and nobody has touched that work since: by its own last word, or by a bead
 *  that says idle, where beads say nothing else of its life. */
export function isAtRest(sight: AgentSight, { steps }: Pick<Snapshot, 'steps'>): boolean {
  const work = sight.hooked?.known ? sight.hooked.value : undefined
  if (!steps.workHooks || !work) return false
  const { leave } = sight
  const isUntouchedSince = (at: number | undefined): boolean =>
    at !== undefined && work.updatedAt !== undefined && work.updatedAt <= at + second
  if (leave !== undefined && ['', work.id].includes(leave.work) && isUntouchedSince(leave.at)) return true
  const bead = beadOf(sight)
  return bead?.state === 'idle' && isUntouchedSince(bead.updatedAt)
}
