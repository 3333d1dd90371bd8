import { readFileSync } from 'node:fs'
import type { CheckDocument } from '../check-document.js'
import { readDocument } from '../check-document.js'
import type { FakeTown } from '../fake-town.js'
import { end, processesOf } from '../leftovers.js'
import { DAEMON, IDLE } from './misbehaviours.js'

/** A check that has ended, with what it took of the machine. */
export interface Watched {
  readonly document: CheckDocument
  readonly exitCode: number | null
  readonly stderr: string
  /** Milliseconds. */
  readonly took: number
  /** The most memory it held, MB. */
  readonly peak: number
  /** How often it called each program, by name. */
  readonly calls: (program: string) => number
}

/** Where the kernel does not say how much memory a process held. */
export const needsProc = process.platform === 'linux' ? undefined : 'needs Linux, where /proc tells of memory'

/** The most memory a process has held so far, MB; 0 when it is gone. */
function heldBy(pid: number): number {
  try {
    const [, kilobytes = '0'] = /^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kilobytes) / 1024
  } catch {
    return 0
  }
}

/** Runs one check to its end, reading every few milliseconds how much it holds. Throws when it printed anything but one document. */
export async function watchedCheck(town: FakeTown, ...words: readonly string[]): Promise<Watched> {
  const since = Date.now()
  let peak = 0
  let watch: NodeJS.Timeout | undefined
  const started = ({ pid }: { readonly pid: number }): void => {
    watch = setInterval(() => {
      peak = Math.max(peak, heldBy(pid))
    }, 5)
  }
  try {
    const ended = await town.run(['--once', '--json', ...words], { started })
    const { exitCode, stderr, calls } = ended
    const took = Date.now() - since
    const count = (program: string): number => calls.filter((call) => call.program === program).length
    return { document: readDocument(ended.stdout), exitCode, stderr, took, peak, calls: count }
  } finally {
    clearInterval(watch)
  }
}

/** Whoever of the misbehaving is still there: those that stayed in their group, and those that left for a session of their own. */
export function idlers({ stage }: FakeTown): { readonly group: readonly string[]; readonly gone: readonly number[] } {
  const all = processesOf(stage)
  const of = (seconds: string) => all.filter(({ command }) => command.includes(seconds))
  return { group: of(IDLE).map(({ command }) => command), gone: of(DAEMON).map(({ pid }) => pid) }
}

/** Ends those that have left for sessions of their own. */
export const endDaemons = (town: FakeTown): void => idlers(town).gone.forEach(end)
