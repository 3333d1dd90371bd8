/** What tells a check to stop. */
export const stopSignals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
