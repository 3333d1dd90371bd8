import type { Plan } from '../domain/action.js'
import { evidenceOf, isStalledCandidate } from '../domain/conditions.js'
import { formatAge } from '../domain/duration.js'
import { notify, stalledDeacon } from '../domain/letters.js'
import { allOf, emptyPlan, finding } from '../domain/plan.js'
import type { AgentSight, Snapshot } from '../domain/snapshot.js'
import { keepRunning } from './keep-running.js'

const rule = 'deacon-running'

/** A deacon that runs but leaves its mail unread is reported and never killed. */
function stalled(snapshot: Snapshot, sight: AgentSight): Plan {
  if (!isStalledCandidate(sight, snapshot)) return emptyPlan
  const limit = formatAge(snapshot.settings.guppAfter)
  const because = `it has had unread mail for more than ${limit} and its pane was silent all that time`
  return {
    actions: [notify(sight, snapshot, { letter: stalledDeacon(snapshot), rule, because })],
    findings: [
      finding(sight, {
        rule,
        verdict: 'stalled',
        because,
        evidence: evidenceOf(sight, snapshot.now),
        wantsPerson: true,
      }),
    ],
  }
}

/** The deacon always runs: dead or a zombie, it is started. */
export function deaconRunning(snapshot: Snapshot, planned: Plan): Plan {
  const deacons = snapshot.agents.filter(({ agent }) => agent.role === 'deacon')
  return allOf(deacons.flatMap((sight) => [keepRunning(snapshot, planned, { sight, rule }), stalled(snapshot, sight)]))
}
