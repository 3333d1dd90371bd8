import type { Snapshot } from '../domain/snapshot.js'
import { writeThrough } from '../ports/write-file.js'
import type { Town } from '../town.js'
import type { Heartbeat } from './account.js'
import { seenIn } from './seen.js'

interface Metric {
  readonly name: string
  readonly help: string
  /** Undefined: unknown, and left out of the file. */
  readonly value: number | undefined
}

/** Writes the metrics of a check as a text file for node_exporter, where the settings name one. */
export function writeMetrics(town: Town, heartbeat: Heartbeat): void {
  const { metrics } = town.settings
  if (metrics !== undefined) writeThrough(metrics, metricsText(town.root, metricsOf(town, heartbeat)), 0o644)
}

function metricsOf({ startedAt, ledger }: Town, heartbeat: Heartbeat): readonly Metric[] {
  const { exitCode, endedAt, outcomes, blindSpots, next, snapshot } = heartbeat
  const complete = ledger.current().lastComplete
  const count = (wanted: string): number => outcomes.filter(({ outcome }) => outcome === wanted).length
  return [
    { name: 'last_check_timestamp_seconds', help: 'When the last check ended.', value: endedAt / 1000 },
    {
      name: 'last_complete_check_timestamp_seconds',
      help: 'When the last check ended that observed the town and was allowed to act.',
      value: complete && complete.endedAt / 1000,
    },
    { name: 'last_check_duration_seconds', help: 'How long it took.', value: (endedAt - startedAt) / 1000 },
    { name: 'last_check_exit_code', help: 'Its exit code: 0 ok, 1 warning, 2 critical, 3 unknown.', value: exitCode },
    { name: 'next_check_timestamp_seconds', help: 'When the next check is due.', value: next.at / 1000 },
    ...agentMetrics(snapshot),
    { name: 'blind_spots', help: 'What could not be seen.', value: blindSpots.length },
    { name: 'deeds_done', help: 'What the last check did.', value: count('done') },
    { name: 'deeds_failed', help: 'What the last check tried and failed to do.', value: count('failed') },
  ]
}

/** Without an observation there are none: a 0 would say that all is well. */
function agentMetrics(snapshot: Snapshot | undefined): readonly Metric[] {
  if (snapshot === undefined) return []
  const { agents, sessions } = seenIn(snapshot)
  const count = (...states: readonly string[]) =>
    snapshot.agents.filter(({ liveness }) => states.includes(liveness.state)).length
  return [
    { name: 'agents', help: 'Agents of this town.', value: agents },
    { name: 'agents_down', help: 'Agents found without a working session.', value: count('dead', 'zombie') },
    {
      name: 'agents_unknown',
      help: 'Agents whose session could not be observed or understood.',
      value: count('unknown'),
    },
    { name: 'sessions', help: 'Sessions of this town.', value: sessions },
  ]
}

/** The text format that Prometheus reads, one gauge for each. */
function metricsText(root: string, metrics: readonly Metric[]): string {
  const label = root.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')
  const known = metrics.filter(({ value }) => value !== undefined)
  const lines = known.flatMap(({ name, help, value }) => [
    `# HELP gt_heartbeat_${name} ${help}`,
    `# TYPE gt_heartbeat_${name} gauge`,
    `gt_heartbeat_${name}{town="${label}"} ${value}`,
  ])
  return `${lines.join('\n')}\n`
}
