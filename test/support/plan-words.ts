import type { Action, Plan } from '../../src/domain/action.js'
import { address } from '../../src/domain/agent.js'

function words(action: Action): string {
  const whom = action.agent === undefined ? '' : ` ${address(action.agent)}`
  const to = action.kind === 'notify' ? ` to ${action.to}` : ''
  const later = action.deferred === undefined ? '' : action.deferred.soon ? ' soon' : ' later'
  return `${action.kind}${whom}${to}${later}`
}

/** What a plan does, a line an action: `start deacon`, `notify gastown/polecats/toast to gastown/witness`; a deferred one ends in `soon` or `later`. */
export const deeds = (plan: Plan): readonly string[] => plan.actions.map(words)

/** What a plan found, a line a finding: `held gastown/witness!`; the mark says that it wants a person. */
export const verdicts = (plan: Plan): readonly string[] =>
  plan.findings.map(({ verdict, agent, wantsPerson }) => `${verdict} ${agent ?? 'town'}${wantsPerson ? '!' : ''}`)

/** Both, and what could not be judged: all that a table of a rule compares. */
export const inWords = (plan: Plan) => ({
  does: deeds(plan),
  finds: verdicts(plan),
  blind: (plan.blindSpots ?? []).map(({ what }) => what),
})
