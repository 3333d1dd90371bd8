import { setTimeout as sleepFor } from 'node:timers/promises'

/** Now, in epoch milliseconds. */
export const now = (): number => Date.now()

/** Milliseconds of a clock that nobody sets, for waiting: it never jumps, and may stand still while the machine sleeps. */
export function ticks(): number {
  // `performance` is loaded when it is first asked for.
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1000 + nanoseconds / 1_000_000
}

/** Waits so many milliseconds. */
export const sleep = (ms: number): Promise<void> => sleepFor(ms)
