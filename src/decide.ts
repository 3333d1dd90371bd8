import type { Plan } from './domain/action.js'
import { emptyPlan, join, type Rule } from './domain/plan.js'
import type { Snapshot } from './domain/snapshot.js'
import { filters, inferenceRules, requestRules } from './rules/index.js'

const rulesFor = ({ mode }: Snapshot): readonly Rule[] =>
  mode === 'lifecycle' ? requestRules : [...requestRules, ...inferenceRules]

/**
 * What is to be done about the town as it was seen, and what was found; what looking itself found is not repeated.
 * Pure: the same snapshot gives the same plan. Sessions on another socket than the settings say: nothing is planned.
 */
export function decide(snapshot: Snapshot): Plan {
  if (snapshot.socketConflict !== undefined) return emptyPlan
  const planned = rulesFor(snapshot).reduce((plan, rule) => join(plan, rule(snapshot, plan)), emptyPlan)
  return filters.reduce((plan, filter) => filter(snapshot, plan), planned)
}
