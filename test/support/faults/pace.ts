import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { FakeTown } from '../fake-town.js'

/** Deadlines that programs which behave keep, however busy the machine is. */
export interface Pace {
  readonly settings: Readonly<Record<'deadline' | 'startDeadline' | 'runDeadline', string>>
  /** Longer than a check takes in which somebody lets every deadline pass, and shorter than `runDeadline`, milliseconds. */
  readonly inTime: number
}

/** The pace of a machine on which a program may take so many seconds. */
function paceFor(seconds: number): Pace {
  const settings = {
    deadline: `${seconds}s`,
    startDeadline: `${4 * seconds}s`,
    runDeadline: `${12 * seconds + 15}s`,
  }
  return { settings, inTime: (10 * seconds + 10) * 1000 }
}

const slowest = 8

/** How patient checks must be in this town just now: twelve times what one answer takes. */
export function paceOf({ programs, root, env }: FakeTown): Pace {
  const since = Date.now()
  execFileSync(join(programs.bin, 'bd'), ['--version'], { cwd: root, env })
  return paceFor(Math.min(slowest, Math.ceil((12 * (Date.now() - since)) / 1000)))
}

/** For programs that are not waited for. */
export const patient: Pace = paceFor(15)
