import type { Plan } from '../domain/action.js'
import { evidenceOf, type PolecatSight } from '../domain/conditions.js'
import { deliveredWork, unverifiedWork } from '../domain/left-down-letters.js'
import { type Letter, notify } from '../domain/letters.js'
import { finding, type Said } from '../domain/plan.js'
import type { Delivery, Snapshot } from '../domain/snapshot.js'

/** A polecat that is down with work on its hook that nobody called finished. */
export interface Crash {
  readonly sight: PolecatSight
  readonly rule: string
  readonly because: string
}

/** A polecat that stays down for now, and whose witness is told. */
export function leftDown(snapshot: Snapshot, sight: PolecatSight, said: Said & { readonly letter: Letter }): Plan {
  const { letter, ...rest } = said
  return {
    actions: [notify(sight, snapshot, { letter, rule: said.rule, because: said.because })],
    findings: [finding(sight, { evidence: evidenceOf(sight, snapshot.now), ...rest })],
  }
}

/** Its work needs no polecat any more: a restart would submit it once more. */
export function delivered(snapshot: Snapshot, { sight, because, rule }: Crash, delivery: Delivery): Plan {
  const said = `${because}; left down: ${delivery.because}`
  const letter = deliveredWork(sight, delivery)
  return leftDown(snapshot, sight, { rule, verdict: delivery.how, state: 'paused', because: said, letter })
}

/** Neither a restart nor silence would be right. */
export function unverified(snapshot: Snapshot, { sight, because, rule }: Crash, why: string): Plan {
  const said = `${because}; left down: it is not known whether its work is merged or submitted: ${why}`
  const letter = unverifiedWork(sight, why)
  return leftDown(snapshot, sight, {
    rule,
    verdict: 'unverified',
    state: 'blocked',
    because: said,
    letter,
    wantsPerson: true,
  })
}
