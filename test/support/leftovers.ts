import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** A process that still has to do with a folder. */
export interface Leftover {
  readonly pid: number
  readonly command: string
}

function attempt(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}

const fromProc = (folder: string): readonly Leftover[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((name) => ({
      pid: Number(name),
      command: attempt(() => readFileSync(`/proc/${name}/cmdline`, 'utf8'))
        .replaceAll('\0', ' ')
        .trim(),
      traces: [
        attempt(() => readlinkSync(`/proc/${name}/cwd`)),
        attempt(() => readFileSync(`/proc/${name}/environ`, 'utf8')),
      ],
    }))
    .filter(({ command, traces }) => [command, ...traces].some((text) => text.includes(folder)))
    .filter(({ traces }) => !isOfAnotherStage(traces.join('\0'), folder))

/** A check of a town that knows no socket yet asks all of its user's, those of other stages too. It has the home of its own. */
function isOfAnotherStage(environment: string, folder: string): boolean {
  const home = /(?:^|\0)HOME=([^\0]*\/town-[^/\0]+)\/home(?:\0|$)/.exec(environment)?.[1]
  return home !== undefined && home !== folder
}

const fromPs = (folder: string): readonly Leftover[] =>
  execFileSync('ps', ['-Awwo', 'pid=,command='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(folder))
    .map((line) => ({ pid: Number.parseInt(line, 10), command: line.trim() }))
    .filter(({ pid }) => pid !== process.pid)

/** Live processes whose command line, working folder or environment names the folder. */
export const processesOf = (folder: string): readonly Leftover[] =>
  existsSync('/proc/self/environ') ? fromProc(folder) : fromPs(folder)

/** Ends one process if it still runs. */
export function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It was faster.
  }
}
