import type { Action, Outcome } from './action.js'
import { type Address, address } from './agent.js'
import type { AttentionRecord, Ledger } from './ledger.js'
import { changeRecord, recordOf } from './ledger.js'
import type { AgentSight, AgentState, Finding, Snapshot } from './snapshot.js'
import type { Course } from './verdict.js'

/** Why an agent that should run does not, in the words in which its duration is measured. */
export type Condition = AttentionRecord['condition']

const conditionOf: Readonly<Partial<Record<AgentState, Condition>>> = {
  down: 'down',
  retrying: 'down',
  held: 'down',
  blocked: 'blocked',
  unknown: 'unknown',
  starting: 'starting',
}

/** An agent that should run and does not. */
export interface Attention {
  readonly condition: Condition
  readonly state: AgentState
  readonly because: string
  /** When the next start is tried, epoch ms. */
  readonly until?: number | undefined
}

/** The condition of a finding; undefined where it is about an agent that runs, or that nothing restarts. */
export function attentionOf({ state, because, until }: Finding): Attention | undefined {
  const condition = state && conditionOf[state]
  return state && condition && { condition, state, because, until }
}

/** The agents that should run and do not, by address; of several findings about one agent the first counts. `late`: starts that were
 *  put off or failed. */
export function attentionIn(findings: readonly Finding[], late: readonly Action[]): ReadonlyMap<Address, Attention> {
  const found = findings.flatMap((finding): readonly (readonly [Address, Attention])[] => {
    const attention = attentionOf(finding)
    return finding.agent === undefined || attention === undefined ? [] : [[finding.agent, attention]]
  })
  const down = late.flatMap(({ agent, deferred, because }): readonly (readonly [Address, Attention])[] =>
    agent ? [[address(agent), { condition: 'down', state: 'down', because: deferred?.because ?? because }]] : [],
  )
  // The last entry of a key stays.
  return new Map([...found, ...down].toReversed())
}

/** Since when the agent is in this condition, epoch ms; undefined: no earlier check found it so. */
export function lastsSince(ledger: Ledger, agent: Address, condition: Condition): number | undefined {
  const { attention } = recordOf(ledger, agent)
  return attention?.condition === condition ? attention.since : undefined
}

/** Whether a start was not done although its agent should run. */
const isLate = ({ action, outcome }: Outcome): boolean =>
  action.kind === 'start' && (outcome === 'failed' || outcome === 'deferred')

/** The ledger with the agents that need attention after this check, each with the time since when. */
export function noteAttention(ledger: Ledger, snapshot: Snapshot, course: Course): Ledger {
  const { findings, outcomes } = course
  const late = outcomes.filter(isLate).map(({ action }) => action)
  const found = attentionIn(findings, late)
  const before = Object.entries(ledger.agents).flatMap(([name, { attention }]) => (attention ? [name] : []))
  const names = [...new Set([...found.keys(), ...before])]
  if (names.length === 0) return ledger
  const sights = new Map(snapshot.agents.map((sight) => [sight.address, sight]))
  return names.reduce((changed, name) => {
    const attention = attentionAfter(ledger, name, {
      found: found.get(name),
      sight: sights.get(name),
      snapshot,
      course,
    })
    return changeRecord(changed, name, ({ attention: _, ...rest }) => (attention ? { ...rest, attention } : rest))
  }, ledger)
}

interface After {
  readonly found: Attention | undefined
  readonly sight: AgentSight | undefined
  readonly snapshot: Snapshot
  readonly course: Course
}

function attentionAfter(
  ledger: Ledger,
  name: Address,
  { found, sight, snapshot, course }: After,
): AttentionRecord | undefined {
  const { now } = snapshot
  if (found === undefined) return isUndecided(sight, course) ? recordOf(ledger, name).attention : undefined
  // A time that is still to come counts as now.
  const since = Math.min(lastsSince(ledger, name, found.condition) ?? now, now)
  return { condition: found.condition, since }
}

/** Whether this check could not tell how the agent is: what an earlier one found may still be so. */
function isUndecided(sight: AgentSight | undefined, { blindSpots, outcomes }: Course): boolean {
  if (sight?.liveness.blind) return true
  if (blindSpots.length === 0 || sight?.liveness.state === 'alive' || sight?.restraint !== undefined) return false
  return !outcomes.some(
    ({ action, outcome }) =>
      outcome === 'done' && action.agent !== undefined && address(action.agent) === sight?.address,
  )
}
