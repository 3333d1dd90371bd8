import type { Action, CarryOut, Plan, Start } from './action.js'
import { type Address, address } from './agent.js'
import type { AgentSight, BlindSpot, Finding, Snapshot } from './snapshot.js'

/** One condition that a check looks for: what it adds to the plan made so far. A filter gives the whole plan back instead. */
export type Rule = (snapshot: Snapshot, planned: Plan) => Plan

/** Nothing to do and nothing found. */
export const emptyPlan: Plan = { actions: [], findings: [] }

/** A plan of these parts; what is not given is empty. */
export const planOf = (parts: Partial<Plan>): Plan => ({ ...emptyPlan, ...parts })

/** Several additions as one, in their order. */
export const allOf = (plans: readonly Plan[]): Plan => ({
  actions: plans.flatMap((plan) => plan.actions),
  findings: plans.flatMap((plan) => plan.findings),
  blindSpots: plans.flatMap((plan) => plan.blindSpots ?? []),
})

/** Whether an action starts or ends a session. */
export function changesSession(action: Action): action is Start | CarryOut {
  return action.kind === 'start' || action.kind === 'cycle' || action.kind === 'restart' || action.kind === 'shutdown'
}

/** The first action in the plan that starts or ends this agent's session; deferred ones count. */
export function sessionChange(plan: Plan, agent: Address): Start | CarryOut | undefined {
  return plan.actions.filter(changesSession).find((action) => address(action.agent) === agent)
}

/** The agents whose session this check brings up, as far as planned. */
function startedBy(actions: readonly Action[]): ReadonlySet<Address> {
  const starts = actions.filter(changesSession).filter((action) => action.kind !== 'shutdown' && !action.deferred)
  return new Set(starts.map((action) => address(action.agent)))
}

function firstChangeOnly(actions: readonly Action[]): readonly Action[] {
  const taken = new Set<Address>()
  return actions.filter((action) => {
    if (!changesSession(action)) return true
    const agent = address(action.agent)
    return !taken.has(agent) && taken.add(agent)
  })
}

/** The plan with a rule's addition: of each agent's session changes the first stays, and nobody who is being started is marked dead. */
export function join(planned: Plan, added: Plan): Plan {
  const whole = allOf([planned, added])
  const actions = firstChangeOnly(whole.actions)
  const started = startedBy(actions)
  return { ...whole, actions: actions.filter((one) => one.kind !== 'mark-dead' || !started.has(address(one.agent))) }
}

/** What a rule says of an agent, besides who it is; nobody is asked to come unless it says so. */
export type Said = Pick<Finding, 'rule' | 'verdict' | 'because'> & Partial<Finding>

/** A finding about an agent. */
export const finding = (sight: AgentSight, said: Said): Finding => ({
  agent: sight.address,
  evidence: {},
  wantsPerson: false,
  ...said,
})

/** What cannot be judged and why, unless looking said the same already. */
export function blindSpot(snapshot: Snapshot, spot: BlindSpot): readonly BlindSpot[] {
  return snapshot.blindSpots.some(({ why }) => why === spot.why) ? [] : [spot]
}

/** Says once for a rule that these actions were held back; nothing when there were none. */
export function withheld(actions: readonly Action[], said: Said): Plan {
  if (actions.length === 0) return emptyPlan
  const what = actions.map((action) =>
    `${action.kind} ${action.agent === undefined ? '' : address(action.agent)}`.trim(),
  )
  return planOf({ findings: [{ agent: undefined, wantsPerson: false, evidence: { withheld: what }, ...said }] })
}

/** The first check after a long gap holds back whatever is judged by an age. */
export function withheldAfterGap(rule: string, actions: readonly Action[]): Plan {
  const because = 'the check before this one is long ago (sleep, power off), so no age can be trusted just now'
  return withheld(actions, { rule, verdict: 'after-gap', because })
}
