import type { Plan } from '../domain/action.js'
import { lastsSince } from '../domain/attention.js'
import { ageOf, evidenceOf, isNotUnderstood } from '../domain/conditions.js'
import { launchPatience } from '../domain/liveness.js'
import { emptyPlan, finding, planOf } from '../domain/plan.js'
import type { AgentSight, AgentState, Snapshot } from '../domain/snapshot.js'

/** An agent whose session is left as it is, and the rule that looked. */
export interface LeftAlone {
  readonly sight: AgentSight
  readonly rule: string
  /** Whether a rule brings the agent up when it is down: then this check is a warning if it does not run. */
  readonly isManaged: boolean
}

/** Whether an agent has been starting for longer than any start takes. */
function startsTooLong({ address }: AgentSight, { ledger, now, settings, afterGap }: Snapshot): boolean {
  const since = lastsSince(ledger, address, 'starting')
  return !afterGap && since !== undefined && ageOf(now, since) >= Math.max(launchPatience, settings.zombieGrace)
}

function stateOf({ sight, isManaged }: LeftAlone): AgentState | undefined {
  if (!isManaged) return undefined
  if (sight.restraint !== undefined && sight.restraint.kind !== 'blind') return 'paused'
  return isNotUnderstood(sight) ? 'unknown' : 'starting'
}

/** Says that an agent is still starting, or that something runs in its session that is not understood; neither is acted on. */
export function leftAlone(snapshot: Snapshot, left: LeftAlone): Plan {
  const { sight, rule } = left
  const verdict = isNotUnderstood(sight) ? 'not-understood' : sight.liveness.state
  if (verdict !== 'not-understood' && verdict !== 'starting') return emptyPlan
  const state = stateOf(left)
  const wantsPerson = state === 'unknown' || (state === 'starting' && startsTooLong(sight, snapshot))
  const { because } = sight.liveness
  const evidence = evidenceOf(sight, snapshot.now)
  const about = state === undefined ? {} : { state }
  return planOf({ findings: [finding(sight, { rule, verdict, because, evidence, wantsPerson, ...about })] })
}
