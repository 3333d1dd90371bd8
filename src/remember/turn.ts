import { conditionsOf, type Part, type Turn, turnOf } from '../domain/lasting.js'
import { verdictFor } from '../exit-codes.js'
import type { Town } from '../town.js'
import type { Heartbeat } from './account.js'
import { deferrals } from './chronicle.js'

/** What began and what ended since the last check. */
export function turnFor(town: Town, heartbeat: Heartbeat): Turn {
  const { gate, exitCode, outcomes } = heartbeat
  const lasting = { closed: gate.open ? undefined : gate.because, result: verdictFor(exitCode) }
  const conditions = [...conditionsOf(heartbeat, lasting), ...deferrals(outcomes)]
  return turnOf(conditions, town.ledger.current().conditions, {
    now: town.startedAt,
    parts: partsSeen(town, heartbeat),
  })
}

/** Only a heartbeat sees whole; without a look, or with a blind spot in it, what was found before may still be so. */
function partsSeen(town: Town, { snapshot, blindSpots }: Heartbeat): readonly Part[] {
  if (town.mode === 'lifecycle') return []
  if (snapshot === undefined) return ['gate', 'result']
  return blindSpots.length > 0 ? ['gate', 'result', 'blind'] : ['gate', 'result', 'blind', 'finding']
}
