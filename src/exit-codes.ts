/** The exit codes of every command; the README's table is made of these. */
export const exitCodes = {
  ok: 0,
  warning: 1,
  critical: 2,
  unknown: 3,
  usage: 64,
  unavailable: 69,
  busy: 75,
  config: 78,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** What the exit code means to a monitor: 0 to 3 as they are, everything from 64 on is `unknown`. */
export type Verdict = 'ok' | 'warning' | 'critical' | 'unknown'

/** The word for an exit code. */
export function verdictFor(code: ExitCode): Verdict {
  if (code === exitCodes.ok) return 'ok'
  if (code === exitCodes.warning) return 'warning'
  return code === exitCodes.critical ? 'critical' : 'unknown'
}
