import type { Plan } from '../domain/action.js'
import { townsOwn } from '../domain/conditions.js'
import { allOf } from '../domain/plan.js'
import type { Snapshot } from '../domain/snapshot.js'
import { keepRunning } from './keep-running.js'

const rule = 'witnesses-running'

/** Every rig has its witness running; where the rigs cannot be told, none is judged. */
export function witnessesRunning(snapshot: Snapshot, planned: Plan): Plan {
  const witnesses = snapshot.agents.filter(({ agent }) => agent.role === 'witness').filter(townsOwn(snapshot))
  return allOf(witnesses.map((sight) => keepRunning(snapshot, planned, { sight, rule })))
}
