import type { Rule } from '../domain/plan.js'
import { attention } from './attention.js'
import { crashedPolecats } from './crashed-polecats.js'
import { deaconRunning } from './deacon-running.js'
import { lifecycleRequests } from './lifecycle-requests.js'
import { notUnderstood } from './not-understood.js'
import { notices } from './notices.js'
import { orphanedWork } from './orphaned-work.js'
import { pendingSpawns } from './pending-spawns.js'
import { staleAgents } from './stale-agents.js'
import { stalledWork } from './stalled-work.js'
import { startBudget } from './start-budget.js'
import { witnessesRunning } from './witnesses-running.js'

/** What was asked for comes first: a request outranks an inference. A lifecycle check looks at nothing else. */
export const requestRules: readonly Rule[] = [lifecycleRequests]

/** What a heartbeat infers, in order. A new check is a file in this folder and a line here. */
export const inferenceRules: readonly Rule[] = [
  deaconRunning,
  witnessesRunning,
  pendingSpawns,
  staleAgents,
  stalledWork,
  crashedPolecats,
  orphanedWork,
  notUnderstood,
]

/** Pass over the whole plan at the end; each gives back what is left of it. */
export const filters: readonly Rule[] = [startBudget, attention, notices]
