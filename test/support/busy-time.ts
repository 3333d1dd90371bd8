import { readFileSync } from 'node:fs'

/** Milliseconds that this thread has had a processor: what work costs, however busy the machine is with other work. Where the kernel does
 *  not tell, the time that went by. */
export function busyTime(): number {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ', 1)[0]) / 1e6
  } catch {
    return performance.now()
  }
}
