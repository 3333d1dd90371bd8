import type { Plan } from '../domain/action.js'
import { ageOf, evidenceOf } from '../domain/conditions.js'
import { recordOf } from '../domain/ledger.js'
import { emptyPlan, finding, planOf } from '../domain/plan.js'
import type { AgentSight, Snapshot } from '../domain/snapshot.js'

/** A session that nobody understands for so long wants a person. */
const WORTH_A_LOOK = 60 * 60 * 1000

function lastsLong({ address }: AgentSight, { ledger, now, afterGap }: Snapshot): boolean {
  const since = recordOf(ledger, address).unknownSince
  return !afterGap && since !== undefined && ageOf(now, since) >= WORTH_A_LOOK
}

/** Says that an agent is still starting, or that something runs in its session that is not understood; neither is acted on. */
export function leftAlone(snapshot: Snapshot, sight: AgentSight, rule: string): Plan {
  const { state, because, blind } = sight.liveness
  const verdict = state === 'unknown' && !blind ? 'not-understood' : state
  const said = snapshot.findings.some((one) => one.agent === sight.address && one.verdict === verdict)
  if (said || (verdict !== 'not-understood' && verdict !== 'starting')) return emptyPlan
  const isLost = sight.survivor !== undefined
  const wantsPerson = verdict === 'not-understood' && (isLost || lastsLong(sight, snapshot))
  return planOf({
    findings: [finding(sight, { rule, verdict, because, evidence: evidenceOf(sight, snapshot.now), wantsPerson })],
  })
}
