import type { PastCheck } from '../remember/read-history.js'

type Environment = Readonly<Record<string, string | undefined>>

/** What was wrong in a check that has a line in the history, the worst first. */
export function becauseOf({ check, deeds }: PastCheck): readonly string[] {
  const failed = deeds.filter(({ outcome }) => outcome === 'failed')
  return [
    ...failed.map(({ kind, agent, error }) => `${[kind, agent].filter(Boolean).join(' ')}: ${error ?? 'failed'}`),
    ...(check.gate === null ? [] : [check.gate.because]),
    ...check.blindSpots.map(({ what, why }) => `${what}: ${why}`),
  ]
}

/** What is known of a check that broke off: systemd 251 and later tell in the environment how the unit ended. */
export function brokenBecause(exitCode: number | undefined, env: Environment): string {
  const { MONITOR_UNIT: unit = 'its unit', MONITOR_SERVICE_RESULT: result, MONITOR_EXIT_STATUS: status } = env
  if (result === 'timeout') return `the check ran longer than ${unit} lets it`
  if (exitCode === 126 || exitCode === 127) return `gt-heartbeat or node could not be run (exit code ${exitCode})`
  if (exitCode !== undefined) return `it left no line in the history (exit code ${exitCode})`
  if (result === 'signal' || result === 'core-dump' || result === 'oom-kill') return `${result}: ended by ${status}`
  return 'it left no line in the history'
}

/** What the check that is reported exited with, where whoever reports knows: the command line, else systemd. What systemd says is of the main
 *  process: 0, and yet a failure, is one of ExecStopPost, in which the passes over requests are made. */
export function exitCodeFrom(failed: number | undefined, env: Environment): number | undefined {
  if (failed !== undefined) return failed
  const { MONITOR_EXIT_CODE: kind, MONITOR_EXIT_STATUS: status = '' } = env
  return kind === 'exited' && /^[1-9]\d{0,2}$/.test(status) ? Number(status) : undefined
}
