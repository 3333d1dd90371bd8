import type { Plan } from '../domain/action.js'
import type { Role } from '../domain/agent.js'
import { isNotUnderstood, townsOwn } from '../domain/conditions.js'
import { allOf } from '../domain/plan.js'
import type { Snapshot } from '../domain/snapshot.js'
import { leftAlone } from './left-alone.js'

/** Nobody is found by this rule: it tells what looking could not make out. */
const rule = 'looking'

/** Roles that no rule brings up; the others are named by the rule that would. */
const unkept: ReadonlySet<Role> = new Set(['mayor', 'refinery', 'crew'])

/** Names a session in which an unknown program runs. Nothing restarts these agents, so this is no warning. */
export function notUnderstood(snapshot: Snapshot): Plan {
  const others = snapshot.agents.filter(({ agent }) => unkept.has(agent.role)).filter(townsOwn(snapshot))
  const strange = others.filter(isNotUnderstood)
  return allOf(strange.map((sight) => leftAlone(snapshot, { sight, rule, isManaged: false })))
}
