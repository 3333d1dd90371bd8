import type { Outcome, Plan } from './domain/action.js'
import { leftUndone } from './domain/left-undone.js'
import { emptyPlan } from './domain/plan.js'
import type { Snapshot } from './domain/snapshot.js'
import { afterLook, askGate, forbidden, type Gate } from './gate.js'
import { askFirst, type FirstQuestions } from './observe/ask-first.js'
import type { Heartbeat, Looked } from './remember/account.js'
import type { Doorstep, Town } from './town.js'

/** One heartbeat: may we? look at the town once, decide without touching it, act, write down what comes next. */
export async function heartbeat(doorstep: Doorstep): Promise<Heartbeat> {
  const begun = await beginLook(doorstep)
  // Most of the program is loaded, and the ledger read, while the programs that were asked are at work.
  const { keepFirstQuestions, remember, withLedger } = await import('./later.js')
  const town = withLedger(doorstep)
  const came = await remember(town, await lookAndAct(town, begun))
  // Last of all: where a disk is nearly full, all else needs its room more.
  if (begun.asked) keepFirstQuestions(town, begun.asked.calls)
  return came
}

/** What a look begins with. A closed gate that allows a look gets one: it is reported, and nothing is done. */
export interface BegunLook {
  readonly gate: Gate
  /** Undefined: the gate does not even allow a look. */
  readonly asked: FirstQuestions | undefined
}

/** Asks the gate, and the first questions where it allows them. Requests that were dropped before are looked for in this look; one that is
 *  dropped from now on asks for another one. */
export async function beginLook(town: Doorstep): Promise<BegunLook> {
  if (!town.dryRun && !town.flaw)
    for (const moved of town.requests.take(town.startedAt)) town.log.line(`Warning: ${moved}`)
  const gate = await askGate(town)
  return { gate, asked: gate.open || gate.mayLook ? askFirst(town) : undefined }
}

/** The look, and what is done about it; without what is remembered. */
export async function lookAndAct(town: Town, { gate: before, asked }: BegunLook): Promise<Looked> {
  if (asked === undefined) return { gate: before, snapshot: undefined, plan: emptyPlan, outcomes: [] }
  const { observe, decide, confirmPlan } = await import('./later.js')
  const seen = await observe(town, asked)
  const first = decide(seen)
  const snapshot = await confirmPlan(town, seen, first)
  const plan = snapshot === seen ? first : decide(snapshot)
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
