import { setTimeout as sleepFor } from 'node:timers/promises'

/** Now, in epoch milliseconds. */
export const now = (): number => Date.now()

/** Waits so many milliseconds. */
export const sleep = (ms: number): Promise<void> => sleepFor(ms)
