import type { Outcome, Plan } from './domain/action.js'
import { leftUndone } from './domain/left-undone.js'
import { emptyPlan } from './domain/plan.js'
import type { Snapshot } from './domain/snapshot.js'
import { afterLook, askGate, forbidden } from './gate.js'
import { askFirst } from './observe/ask-first.js'
import type { Heartbeat, Looked } from './remember/account.js'
import type { Town } from './town.js'

/** One heartbeat: may we? look at the town once, decide without touching it, act, write down what comes next. */
export async function heartbeat(town: Town): Promise<Heartbeat> {
  const looked = await lookAndAct(town)
  const { remember } = await import('./later.js')
  return remember(town, looked)
}

/** The same without what is remembered. A closed gate that allows a look gets one: it is reported, and nothing is done. */
export async function lookAndAct(town: Town): Promise<Looked> {
  const before = await askGate(town)
  if (!before.open && !before.mayLook) return { gate: before, snapshot: undefined, plan: emptyPlan, outcomes: [] }
  const asked = askFirst(town)
  // Most of the program is loaded while the programs that were asked are at work.
  const { observe, decide } = await import('./later.js')
  const snapshot = await observe(town, asked)
  const plan = decide(snapshot)
  const gate = before.open ? afterLook(snapshot) : before
  if (!gate.open) return { gate, snapshot, plan: leftUndone(plan), outcomes: [] }
  return { gate, snapshot, plan, outcomes: await carryOut(town, snapshot, plan) }
}

/** A dry run says what would be done, and does none of it. */
async function carryOut(town: Town, snapshot: Snapshot, plan: Plan): Promise<readonly Outcome[]> {
  if (town.dryRun) return plan.actions.map((action) => ({ action, outcome: action.deferred ? 'deferred' : 'would' }))
  const { act } = await import('./later.js')
  return act({ town, snapshot, forbidden: (agent) => forbidden(town, agent) }, plan)
}
