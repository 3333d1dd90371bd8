import type { Plan } from '../domain/action.js'
import { address } from '../domain/agent.js'
import { isExcused, isOver, isPolecat, type PolecatSight, townsOwn } from '../domain/conditions.js'
import { beadOf, hookOf } from '../domain/hook.js'
import { orphanedWork as letterOf, notify } from '../domain/letters.js'
import { planOf, sessionChange } from '../domain/plan.js'
import type { Snapshot } from '../domain/snapshot.js'

const rule = 'orphaned-work'

/** Whether the agent counts as dead: marked so where beads tell, else at once, unless its bead excuses it. */
function isGivenUp(sight: PolecatSight, snapshot: Snapshot): boolean {
  const bead = beadOf(sight)
  if (snapshot.steps.beadStates) return bead?.state === 'dead'
  return sight.bead.known && !isExcused(sight, snapshot)
}

function isOrphaning(sight: PolecatSight, snapshot: Snapshot): boolean {
  const { liveness, restraint, work } = sight
  if (restraint !== undefined || liveness.state !== 'dead' || !isGivenUp(sight, snapshot)) return false
  // Its witness is told that it is merged or submitted, or may be.
  if (sight.delivery !== undefined && !(sight.delivery.known && sight.delivery.value === null)) return false
  return hookOf(sight) !== '' && work?.known === true && work.value !== null && !isOver(work.value)
}

/** Whether this check changes the agent's session, or a start comes in a moment. Where no mark of death lies between the two
 *  notices, that it could not be started is said enough. */
function isLookedAfter({ steps }: Snapshot, planned: Plan, sight: PolecatSight): boolean {
  const change = sessionChange(planned, sight.address)
  if (change !== undefined) return change.deferred === undefined
  if (steps.beadStates) return false
  return planned.actions.some((action) => action.kind === 'notify' && address(action.agent) === sight.address)
}

/** Work on the hook of a polecat that is dead, and that no start of this check can bring back, is told to its witness. */
export function orphanedWork(snapshot: Snapshot, planned: Plan): Plan {
  const polecats = snapshot.agents.filter(isPolecat).filter(townsOwn(snapshot))
  const orphaning = polecats.filter((sight) => isOrphaning(sight, snapshot) && !isLookedAfter(snapshot, planned, sight))
  return planOf({
    actions: orphaning.map((sight) => {
      const dead = snapshot.steps.beadStates ? 'it is marked dead' : 'its session is gone'
      const because = `${dead}, ${hookOf(sight)} is on its hook, and it cannot be started now`
      return notify(sight, snapshot, { letter: letterOf(sight), rule, because })
    }),
  })
}
