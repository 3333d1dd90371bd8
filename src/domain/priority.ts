/** Priorities of the system log. */
export const priorities = { error: 3, warning: 4, info: 6 } as const

/** Priority of all that a command printed which ended with this exit code. */
export function priorityOf(exitCode: number): number {
  // 75: another check is at work, or a resident daemon. Neither is a failure.
  if (exitCode === 0 || exitCode === 75) return priorities.info
  // Checks that could not see are an error once three in a row have failed: `report-failure` says so.
  return exitCode === 2 ? priorities.error : priorities.warning
}
