import type { MarkDead, Plan } from '../domain/action.js'
import { ageOf, saysUp, touchedAt, townsOwn } from '../domain/conditions.js'
import { formatAge } from '../domain/duration.js'
import { beadOf } from '../domain/hook.js'
import { recordOf } from '../domain/ledger.js'
import { emptyPlan, planOf, withheldAfterGap } from '../domain/plan.js'
import type { AgentBead, AgentSight, Snapshot } from '../domain/snapshot.js'

const rule = 'stale-agents'

/** Whether a bead reports an agent that is up and has not been touched for longer than `staleAfter`. */
function isStale(sight: AgentSight, bead: AgentBead, snapshot: Snapshot): boolean {
  const at = touchedAt(sight, bead, snapshot)
  return saysUp(bead) && at !== undefined && ageOf(snapshot.now, at) > snapshot.settings.staleAfter
}

/** Whether the session is absent now, and was in a full check at least `staleConfirm` ago. */
function isGoneForGood(sight: AgentSight, { now, ledger, settings }: Snapshot): boolean {
  const since = recordOf(ledger, sight.address).absentSince
  return sight.liveness.state === 'dead' && since !== undefined && ageOf(now, since) >= settings.staleConfirm
}

const isJudged = ({ agent, restraint }: AgentSight): boolean => agent.role !== 'crew' && restraint === undefined

function deadBeads(snapshot: Snapshot, sight: AgentSight): readonly MarkDead[] {
  const bead = beadOf(sight)
  if (bead?.updatedAt === undefined || !isJudged(sight)) return []
  if (!isStale(sight, bead, snapshot) || !isGoneForGood(sight, snapshot)) return []
  const age = formatAge(ageOf(snapshot.now, bead.updatedAt))
  const because = `${bead.id} says ${bead.state} since ${age}, but session ${sight.sessionName} was absent in two checks`
  return [{ kind: 'mark-dead', rule, because, agent: sight.agent, bead }]
}

/** An agent whose bead still says that it is up, though its session is gone for good, is marked dead in its bead. */
export function staleAgents(snapshot: Snapshot): Plan {
  if (!snapshot.steps.staleAgents || snapshot.ledgerLost) return emptyPlan
  const marks = snapshot.agents.filter(townsOwn(snapshot)).flatMap((sight) => deadBeads(snapshot, sight))
  return snapshot.afterGap ? withheldAfterGap(rule, marks) : planOf({ actions: marks })
}
