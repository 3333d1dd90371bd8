import type { Plan } from '../domain/action.js'
import { evidenceOf, isPolecat, isStalledCandidate, type PolecatSight, townsOwn } from '../domain/conditions.js'
import { formatAge } from '../domain/duration.js'
import { hookOf } from '../domain/hook.js'
import { guppViolation, notify } from '../domain/letters.js'
import { allOf, finding } from '../domain/plan.js'
import type { Snapshot } from '../domain/snapshot.js'

const rule = 'stalled-work'

function stalled(snapshot: Snapshot, sight: PolecatSight): Plan {
  const { now, settings } = snapshot
  const limit = formatAge(settings.guppAfter)
  const because = `${hookOf(sight)} is on its hook, but for more than ${limit} neither its bead nor its pane has changed`
  return {
    actions: [notify(sight, snapshot, { letter: guppViolation(sight, now), rule, because })],
    findings: [
      finding(sight, { rule, verdict: 'stalled', because, evidence: evidenceOf(sight, now), wantsPerson: true }),
    ],
  }
}

/** A polecat that runs but makes no progress with the work on its hook is reported to its witness, and never killed. */
export function stalledWork(snapshot: Snapshot): Plan {
  const polecats = snapshot.agents.filter(isPolecat).filter(townsOwn(snapshot))
  return allOf(polecats.filter((sight) => isStalledCandidate(sight, snapshot)).map((sight) => stalled(snapshot, sight)))
}
