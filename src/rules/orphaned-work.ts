import type { Plan } from '../domain/action.js'
import { beadOf, hookOf, isOfTown, isOver, isPolecat, type PolecatSight } from '../domain/conditions.js'
import { orphanedWork as letterOf, notify } from '../domain/letters.js'
import { planOf, sessionChange } from '../domain/plan.js'
import type { Snapshot } from '../domain/snapshot.js'

const rule = 'orphaned-work'

function isOrphaning(sight: PolecatSight): boolean {
  const { liveness, restraint, work } = sight
  if (restraint !== undefined || liveness.state !== 'dead' || beadOf(sight)?.state !== 'dead') return false
  return hookOf(sight) !== '' && work?.known === true && !isOver(work.value)
}

/** Whether this check changes the agent's session, or a start comes in a moment. */
function isLookedAfter(planned: Plan, sight: PolecatSight): boolean {
  const change = sessionChange(planned, sight.address)
  return change !== undefined && change.deferred === undefined
}

/** Work on the hook of a polecat that is marked dead, and that no start of this check can bring back, is told to its witness. */
export function orphanedWork(snapshot: Snapshot, planned: Plan): Plan {
  const polecats = snapshot.agents.filter(isPolecat).filter(({ agent }) => isOfTown(agent, snapshot))
  const orphaning = polecats.filter((sight) => isOrphaning(sight) && !isLookedAfter(planned, sight))
  return planOf({
    actions: orphaning.map((sight) => {
      const because = `it is marked dead, ${hookOf(sight)} is on its hook, and it cannot be started now`
      return notify(sight, snapshot, { letter: letterOf(sight), rule, because })
    }),
  })
}
