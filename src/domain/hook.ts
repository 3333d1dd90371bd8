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

/** How a polecat that is down ended its work itself. `failed`: its gt done did not get to its end. */
export interface Rest {
  readonly how: 'paused' | 'failed'
  readonly at: number
}

/** How a polecat ended its work itself, if nobody has touched that work since: by a bead that says idle, where beads say nothing else of
 *  its life, or by its own last word. gt sets the bead to idle when gt done has got to its end. */
export function restOf(sight: AgentSight, { steps }: Pick<Snapshot, 'steps'>): Rest | undefined {
  const work = sight.hooked?.known ? sight.hooked.value : undefined
  if (!steps.workHooks || !work) return undefined
  const { leave } = sight
  const isUntouchedSince = (at: number | undefined): at is number =>
    at !== undefined && work.updatedAt !== undefined && work.updatedAt <= at + second
  const bead = beadOf(sight)
  if (bead?.state === 'idle' && isUntouchedSince(bead.updatedAt)) {
    return { how: bead.isDoneFailed ? 'failed' : 'paused', at: bead.updatedAt }
  }
  const isOfWork = leave !== undefined && ['', work.id].includes(leave.work)
  return isOfWork && isUntouchedSince(leave.at) ? { how: 'failed', at: leave.at } : undefined
}
