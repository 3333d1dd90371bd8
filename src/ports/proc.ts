import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { Process } from '../domain/session.js'
import { hasCode } from './files.js'

/** Linux counts a process's start in hundredths of a second since boot, on every platform node runs on. */
const ticksPerSecond = 100

/** Set in a process's flags from its fork until it runs a program. */
const forkedWithoutProgram = 0x40

/** What /proc tells of a process beside its line in `stat`: read only if it is needed. */
export interface ProcDetails {
  argv(): readonly string[]
  /** The target of a link below /proc/<pid>. */
  link(name: 'exe' | 'fd/0'): string | undefined
}

/** The process of a line of /proc/<pid>/stat; undefined when it is none. The name in it may hold blanks, parentheses and newlines.
 *  `bootAt` is epoch ms. */
export function processOfStat(stat: string, bootAt: number, details: ProcDetails): Process | undefined {
  const open = stat.indexOf('(')
  const close = stat.lastIndexOf(')')
  const rest = stat.slice(close + 2).split(' ', 20)
  const [state, parent, group, , , foreground, flags] = rest
  const startTime = rest[19]
  if (open < 0 || close < open || !state || !parent || !startTime) return undefined
  let words: readonly string[] | undefined
  return {
    pid: Number.parseInt(stat, 10),
    parent: Number(parent),
    comm: stat.slice(open + 1, close),
    state,
    startTime,
    startedAt: bootAt + (Number(startTime) * 1000) / ticksPerSecond,
    group: Number(group),
    foreground: Number(foreground),
    isCopy: (Number(flags) & forkedWithoutProgram) !== 0,
    get argv() {
      words ??= details.argv()
      return words
    },
    get executable() {
      return details.link('exe')
    },
    get input() {
      return details.link('fd/0')
    },
  }
}

/** One process, or undefined when there is none. Throws when /proc cannot be read. */
export function readProcess(pid: number, bootAt = bootTime()): Process | undefined {
  const stat = readOrGone(`/proc/${pid}/stat`)
  if (stat === undefined) return undefined
  const details: ProcDetails = { argv: () => readWords(pid), link: (name) => readLink(pid, name) }
  const process = processOfStat(stat, bootAt, details)
  if (!process) throw new Error(`/proc/${pid}/stat is not understood: ${JSON.stringify(stat.slice(0, 80))}`)
  return process
}

/** Every process, or those of these pids; those that end while they are read, and those /proc hides from this user, are left out. */
export function readProcesses(pids = allPids()): readonly Process[] {
  const bootAt = bootTime()
  return pids.map((pid) => readVisible(pid, bootAt)).filter((process) => process !== undefined)
}

const allPids = (): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)

function readVisible(pid: number, bootAt: number): Process | undefined {
  try {
    return readProcess(pid, bootAt)
  } catch (error) {
    if (hasCode(error, 'EACCES', 'EPERM')) return undefined
    throw error
  }
}

/** A zombie, and a process that is gone by now, has no words. */
function readWords(pid: number): readonly string[] {
  const words = (readOrGone(`/proc/${pid}/cmdline`) ?? '').split('\0')
  return words.at(-1) === '' ? words.slice(0, -1) : words
}

/** Another user's process does not show where its links lead. */
function readLink(pid: number, name: 'exe' | 'fd/0'): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/${name}`)
  } catch {
    return undefined
  }
}

function readOrGone(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH')) return undefined
    throw error
  }
}

let bootedAt: number | undefined

/** When the machine booted, epoch ms, exact to a second (rounded down). The kernel writes a long text to answer: it is asked once. */
function bootTime(): number {
  if (bootedAt !== undefined) return bootedAt
  const seconds = /^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]
  if (!seconds) throw new Error('/proc/stat does not say when the machine booted')
  bootedAt = Number(seconds) * 1000
  return bootedAt
}
