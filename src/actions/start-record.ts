import { type Agent, address } from '../domain/agent.js'
import { type AgentRecord, changeRecord, recordOf, type StartRecord } from '../domain/ledger.js'
import { redacted } from '../domain/redaction.js'
import { now } from '../ports/clock.js'
import type { Performing } from './performing.js'

/** So many starts of an agent are remembered, the newest. */
const remembered = 100

/** What the ledger remembers of an agent. */
export const recordedOf = ({ town }: Performing, agent: Agent): AgentRecord =>
  recordOf(town.ledger.current(), address(agent))

/** Changes what the ledger remembers of an agent; on disk when this returns. */
export function changeRecorded({ town }: Performing, agent: Agent, change: (record: AgentRecord) => AgentRecord): void {
  town.ledger.change((ledger) => changeRecord(ledger, address(agent), change))
}

/** Counts a start that is about to begin, and returns when: a check killed right after it costs the agent one wait. */
export function countStart(performing: Performing, agent: Agent, by: StartRecord['by']): number {
  const at = now()
  changeRecorded(performing, agent, (record) => ({
    ...record,
    starts: [...record.starts, { at, by, outcome: 'begun' as const }].slice(-remembered),
  }))
  return at
}

/** Characters of an error that are remembered. */
const longestError = 300

/** Writes down how the start counted at `at` went. */
export function endStart(
  performing: Performing,
  agent: Agent,
  { at, error, ...rest }: Pick<StartRecord, 'at' | 'outcome' | 'identity' | 'error'>,
): void {
  const how = error === undefined ? rest : { ...rest, error: redacted(error).slice(0, longestError) }
  const process = how.identity?.paneStart
  changeRecorded(performing, agent, (record) => ({
    ...record,
    ...(process === undefined || process.endsWith('@') ? {} : { process }),
    starts: record.starts.map((start) => (start.at === at ? { ...start, ...how } : start)),
  }))
}
