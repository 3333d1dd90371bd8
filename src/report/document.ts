import type { Outcome } from '../domain/action.js'
import { address } from '../domain/agent.js'
import type { Finding, Mode } from '../domain/snapshot.js'
import { verdictFor } from '../exit-codes.js'
import type { ProgramTally } from '../ports/command.js'
import type { Heartbeat } from '../remember/account.js'
import { seenIn } from '../remember/seen.js'
import type { Trigger } from '../town.js'

/** Which check this is. */
export interface Run {
  readonly id: string
  readonly version: string
  /** Epoch ms. */
  readonly startedAt: number
  readonly mode: Mode
  readonly dryRun: boolean
  readonly trigger: Trigger
}

/** Which town, as far as that was found out. */
interface Where {
  readonly root: string | null
  readonly dialect: string | null
  readonly socket: string | null
}

/** A check that is over, with all that is told of it. */
export interface Told {
  readonly run: Run
  readonly town: Where
  readonly heartbeat: Heartbeat
  readonly children: readonly ProgramTally[]
}

/** The JSON document of a check: one object that fits `reportSchema`. */
export function documentOf({ run, town, heartbeat, children }: Told) {
  const { gate, exitCode, endedAt } = heartbeat
  return {
    schema: 1,
    run: { ...run, startedAt: utc(run.startedAt), durationMs: Math.max(0, Math.round(endedAt - run.startedAt)) },
    town,
    gate: gate.open
      ? { open: true, reason: null, because: null }
      : { open: false, reason: gate.reason, because: gate.because },
    seen: seenIn(heartbeat.snapshot),
    blindSpots: heartbeat.blindSpots,
    findings: heartbeat.findings.map(findingOf),
    actions: heartbeat.outcomes.map(actionOf),
    next: { ...heartbeat.next, at: utc(heartbeat.next.at) },
    children,
    verdict: verdictFor(exitCode),
    exitCode,
  }
}

const utc = (at: number): string => new Date(at).toISOString()

const findingOf = ({ agent, until, ...finding }: Finding) => ({
  ...finding,
  agent: agent ?? null,
  ...(until === undefined ? {} : { until: utc(until) }),
})

const actionOf = ({ action, outcome, error }: Outcome) => ({
  rule: action.rule,
  kind: action.kind,
  agent: action.agent === undefined ? null : address(action.agent),
  because: action.because,
  outcome,
  ...(error === undefined ? {} : { error }),
  ...(outcome === 'deferred' && action.deferred ? { deferred: action.deferred.because } : {}),
})
