import { setTimeout as sleepFor } from 'node:timers/promises'

/** Now, in epoch milliseconds. */
export const now = (): number => Date.now()

/** Milliseconds of a clock that nobody sets, for waiting: it never jumps, and may stand still while the machine sleeps. */
export const ticks = (): number => performance.now()

/** Waits so many milliseconds. */
export const sleep = (ms: number): Promise<void> => sleepFor(ms)
