import type { Outcome, Plan } from '../domain/action.js'
import type { Next } from '../domain/schedule.js'
import type { AgentSight, Snapshot } from '../domain/snapshot.js'
import { type Course, resultOf } from '../domain/verdict.js'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import type { Gate } from '../gate.js'

/** What one look at the town came to, and what was done about it. */
export interface Looked {
  readonly gate: Gate
  /** Undefined: the gate did not even allow a look. */
  readonly snapshot: Snapshot | undefined
  readonly plan: Plan
  readonly outcomes: readonly Outcome[]
}

/** A heartbeat that is over: what the report tells and the files remember. */
export interface Heartbeat extends Looked, Course {
  readonly exitCode: ExitCode
  /** As this check, or an earlier one, has set it. */
  readonly next: Next
  /** Epoch ms. */
  readonly endedAt: number
}

/** Everything that could not be seen and everything that was found, wherever it was noticed; `also`: what neither look nor plan knows. */
export function courseOf({ snapshot, plan, outcomes }: Looked, also: Pick<Course, 'findings' | 'blindSpots'>): Course {
  const late = outcomes.flatMap(({ blindSpot }) => blindSpot ?? [])
  return {
    outcomes,
    findings: [...also.findings, ...(snapshot?.findings ?? []), ...plan.findings],
    blindSpots: [...(snapshot?.blindSpots ?? []), ...(plan.blindSpots ?? []), ...late, ...also.blindSpots],
  }
}

/** Whether a check was complete: its gate was open, and it observed an agent. Only such a check counts as a heartbeat. */
export const isComplete = ({ gate, snapshot }: Looked): boolean =>
  gate.open && (snapshot?.agents.some((sight) => !isBlind(sight)) ?? false)

const isBlind = ({ liveness }: AgentSight): boolean => liveness.state === 'unknown' && liveness.blind

/** The gate decides when it is closed; an open one leaves it to the worst that happened. */
export function exitCodeOf(gate: Gate, course: Course): ExitCode {
  return gate.open ? exitCodes[resultOf(course)] : gate.exitCode
}
