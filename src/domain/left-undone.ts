import type { Action, Plan } from './action.js'
import { address } from './agent.js'
import { describe } from './describe.js'
import type { Finding } from './snapshot.js'

/** A plan that a closed gate keeps from being carried out: what it would have done is only found. */
export function leftUndone({ actions, ...plan }: Plan): Plan {
  return { ...plan, actions: [], findings: [...plan.findings, ...actions.map(foundBy)] }
}

const foundBy = (action: Action): Finding => ({
  rule: action.rule,
  agent: action.agent === undefined ? undefined : address(action.agent),
  verdict: 'left-undone',
  because: describe(action),
  evidence: {},
  wantsPerson: false,
})
