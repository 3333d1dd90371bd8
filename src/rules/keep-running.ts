import type { Plan } from '../domain/action.js'
import { isDown } from '../domain/conditions.js'
import { emptyPlan, sessionChange } from '../domain/plan.js'
import type { AgentSight, Snapshot } from '../domain/snapshot.js'
import { bringUp } from './bring-up.js'
import { leftAlone } from './left-alone.js'

/** An agent that should always run, and the rule that says so. */
export interface Kept {
  readonly sight: AgentSight
  readonly rule: string
}

/** Brings an agent up when it is down and no request decides about it already. */
export function keepRunning(snapshot: Snapshot, planned: Plan, { sight, rule }: Kept): Plan {
  if (sessionChange(planned, sight.address) !== undefined) return emptyPlan
  if (isDown(sight, snapshot)) return bringUp(snapshot, { sight, rule, because: sight.liveness.because })
  return leftAlone(snapshot, { sight, rule, isManaged: true })
}
