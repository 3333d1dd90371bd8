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
