import type { Outcome } from '../domain/action.js'
import { address } from '../domain/agent.js'
import { evidenceOf } from '../domain/conditions.js'
import { describe } from '../domain/describe.js'
import type { Condition } from '../domain/lasting.js'
import type { Finding, Snapshot } from '../domain/snapshot.js'
import { verdictFor } from '../exit-codes.js'
import type { Town } from '../town.js'
import type { Heartbeat } from './account.js'
import { seenIn } from './seen.js'

/** A line of history.jsonl. */
export type Entry = Readonly<Record<string, unknown>>

/** A deed as a line of the log; one that was put off is a condition, said when it begins. */
export function deedLine({ action, outcome, error }: Outcome): string {
  const line = describe(action)
  if (outcome === 'failed') return `Error: ${line}: ${error ?? 'failed'}`
  return error === undefined ? line : `${line} (${error})`
}

/** What was put off, as conditions: said once, not in each check. */
export function deferrals(outcomes: readonly Outcome[]): readonly Condition[] {
  return outcomes.flatMap(({ action, outcome, error }) => {
    if (outcome !== 'deferred') return []
    const because = whyDeferred(action, error)
    const about = 'mailId' in action ? action.mailId : ''
    const key = ['finding', 'deferred', action.kind, action.agent ? address(action.agent) : '', about].join('|')
    return [{ key, says: `Put off: ${describe(action)}: ${because}` }]
  })
}

const isDeferred = ({ outcome }: Outcome): boolean => outcome === 'deferred'

const whyDeferred = (action: Outcome['action'], error: string | undefined): string =>
  action.deferred?.because ?? error ?? 'not now'

const deferredEntry = (outcome: Outcome): Entry => ({
  kind: outcome.action.kind,
  agent: outcome.action.agent ? address(outcome.action.agent) : null,
  because: whyDeferred(outcome.action, outcome.error),
})

/** A deed for the history: what was known when it was decided, how it went, and how the pane had died where tmux knows. */
export function deedEntry(
  town: Town,
  { action, outcome, error, detail }: Outcome,
  snapshot: Snapshot | undefined,
): Entry {
  const who = action.agent ? address(action.agent) : null
  const sight = snapshot?.agents.find((one) => one.address === who)
  return {
    type: 'deed',
    run: town.runId,
    at: new Date().toISOString(),
    rule: action.rule,
    kind: action.kind,
    agent: who,
    because: action.because,
    outcome,
    ...(error === undefined ? {} : { error }),
    ...(detail === undefined ? {} : { detail }),
    ...(sight && snapshot ? { evidence: evidenceOf(sight, snapshot.now), death: sight.session?.death } : {}),
  }
}

/** Something that began to be so, for the history: holds, stalls, refusals. */
export const findingEntry = (town: Town, { rule, agent, verdict, state, because, evidence }: Finding): Entry => ({
  type: 'finding',
  run: town.runId,
  at: new Date().toISOString(),
  rule,
  agent: agent ?? null,
  verdict,
  ...(state === undefined ? {} : { state }),
  because,
  evidence,
})

/** At most so many agents that wait for something are named in one line of history. */
const named = 50

/** The check itself, for the history; `status` reads the last one. */
export function checkEntry(town: Town, heartbeat: Heartbeat): Entry {
  const { gate, exitCode, endedAt, next, findings, blindSpots, snapshot } = heartbeat
  const waiting = findings.filter(({ wantsPerson, until }) => wantsPerson || until !== undefined)
  return {
    type: 'check',
    run: town.runId,
    at: new Date(town.startedAt).toISOString(),
    mode: town.mode,
    trigger: town.trigger,
    durationMs: endedAt - town.startedAt,
    gate: gate.open ? null : { reason: gate.reason, because: gate.because },
    verdict: verdictFor(exitCode),
    exitCode,
    seen: seenIn(snapshot),
    done: heartbeat.outcomes.filter(({ outcome }) => outcome === 'done').length,
    failed: heartbeat.outcomes.filter(({ outcome }) => outcome === 'failed').length,
    blindSpots: blindSpots.slice(0, named),
    waiting: waiting.slice(0, named).map(waitingEntry),
    deferred: heartbeat.outcomes.filter(isDeferred).slice(0, named).map(deferredEntry),
    next: { ...next, at: new Date(next.at).toISOString() },
  }
}

const waitingEntry = ({ rule, agent, verdict, state, because, until }: Finding): Entry => ({
  rule,
  agent: agent ?? null,
  verdict,
  ...(state === undefined ? {} : { state }),
  because,
  ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
})
