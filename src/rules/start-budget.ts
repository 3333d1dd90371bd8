import type { Action, Plan, Start } from '../domain/action.js'
import type { Role } from '../domain/agent.js'
import { changesSession } from '../domain/plan.js'
import type { Snapshot } from '../domain/snapshot.js'

const isInferred = (action: Action): action is Start => action.kind === 'start' && action.deferred === undefined

const isRequested = (action: Action): boolean =>
  changesSession(action) && action.kind !== 'start' && action.kind !== 'shutdown' && action.deferred === undefined

/** Who is brought up first when not everybody can be. */
const rank = (role: Role): number => (role === 'deacon' ? 0 : role === 'witness' ? 1 : 2)

/** Starts by inference beyond `maxStarts` wait for the next check, polecats first; requested starts count, and never wait. */
export function startBudget({ settings }: Snapshot, plan: Plan): Plan {
  const left = Math.max(0, settings.maxStarts - plan.actions.filter(isRequested).length)
  const starts = plan.actions.filter(isInferred).toSorted((one, other) => rank(one.agent.role) - rank(other.agent.role))
  const late = new Set<Action>(starts.slice(left))
  const deferred = { because: `one check starts at most ${settings.maxStarts} agents`, soon: true }
  return { ...plan, actions: plan.actions.map((action) => (late.has(action) ? { ...action, deferred } : action)) }
}
