import { spawnSync } from 'node:child_process'
import type { Process } from '../domain/session.js'

/** What macOS is asked of its processes, lines never cut. `ucomm` is the short name without a path, always 16 columns wide. */
export const psColumns = [
  '-ww',
  '-o',
  'pid=',
  '-o',
  'ppid=',
  '-o',
  'pgid=',
  '-o',
  'tpgid=',
  '-o',
  'state=',
  '-o',
  'lstart=',
  '-o',
  'ucomm=',
  '-o',
  'command=',
]

/** Plain names and times without a zone: what `processesOf` can read. */
export const psEnvironment = { PATH: '/bin:/usr/bin', LC_ALL: 'C', TZ: 'UTC' }

const line =
  /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S)\S*\s+(\S{3} \S{3} [ \d]\d \d\d:\d\d:\d\d \d{4}) +(.{1,16})(?: (.*))?$/

/** The processes in the answer of `ps` with `psColumns`; lines that are none are left out. Words of a command line are told apart by blanks. */
export function processesOf(psOutput: string): readonly Process[] {
  return psOutput.split('\n').flatMap((text) => {
    const [, pid, parent, group, foreground = '', state, startTime, comm, command] = line.exec(text) ?? []
    if (!pid || !parent || !state || !startTime || !comm) return []
    return [
      {
        pid: Number(pid),
        parent: Number(parent),
        comm: comm.trim(),
        state,
        startTime,
        startedAt: Date.parse(`${startTime} UTC`),
        group: Number(group),
        // A process without a terminal has no number there.
        foreground: Number.parseInt(foreground, 10) || 0,
        isCopy: undefined,
        argv: (command ?? '').split(' ').filter((word) => word !== ''),
        executable: undefined,
        input: undefined,
      },
    ]
  })
}

/** One process of macOS, at once; undefined when `ps` knows none. Throws when `ps` does not answer. */
export function askPs(pid: number): Process | undefined {
  const { status, stdout, error } = spawnSync('ps', [...psColumns, '-p', String(pid)], {
    env: psEnvironment,
    timeout: 5000,
    encoding: 'utf8',
  })
  // ps exits 1 when there is no such process.
  if (error || status === null || status > 1)
    throw new Error(`ps does not say whether process ${pid} lives`, { cause: error })
  return processesOf(stdout)[0]
}
