import { emptyPlan } from '../domain/plan.js'
import type { Next } from '../domain/schedule.js'
import { exitCodes } from '../exit-codes.js'
import type { ClosedGate } from '../gate.js'
import type { Heartbeat } from '../remember/account.js'
import type { Flaw } from '../town.js'

const nothing = { snapshot: undefined, plan: emptyPlan, outcomes: [], blindSpots: [], findings: [] }

/** A check that was over before the town was opened. */
export function closedOut(gate: ClosedGate, now: number, next: Next): Heartbeat {
  return { ...nothing, gate, next, exitCode: gate.exitCode, endedAt: now }
}

/** The same for a town that cannot be checked as it is, with everything that is wrong. */
export const flawed = (flaw: Flaw, now: number, next: Next): Heartbeat => ({
  ...closedOut(flaw.gate, now, next),
  findings: flaw.findings,
})

/** A check that came upon an error nobody foresaw: nothing is known of the town. */
export function brokenOff(error: unknown, now: number, next: Next): Heartbeat {
  const why = error instanceof Error ? error.message : String(error)
  const blindSpots = [{ what: 'this check, which broke off', why }]
  return { ...nothing, gate: { open: true }, blindSpots, next, exitCode: exitCodes.unknown, endedAt: now }
}
