import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'

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
      cwd: attempt(() => readlinkSync(`/proc/${name}/cwd`)),
      environment: attempt(() => readFileSync(`/proc/${name}/environ`, 'utf8')),
      // Last: who has ended meanwhile has none any more.
      command: attempt(() => readFileSync(`/proc/${name}/cmdline`, 'utf8'))
        .replaceAll('\0', ' ')
        .trim(),
    }))
    .filter(
      ({ command, cwd, environment }) =>
        cwd.includes(folder) ||
        environment.includes(folder) ||
        (command.includes(folder) && !isOfAnotherStage(environment)),
    )

/** Where the stages of this run are, and those of others. */
const stages = [realpathSync(tmpdir()), '/tmp']

/** A check of a town that knows no socket yet asks all of its user's, those of other stages too, and may be stopped while it waits. It has the
 *  home of its own stage. */
function isOfAnotherStage(environment: string): boolean {
  const home = /(?:^|\0)HOME=([^\0]*)/.exec(environment)?.[1] ?? ''
  return stages.some((folder) => home.startsWith(`${folder}/`))
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

/** The process, and what it waits for, for whoever has to find out why it is still there. */
export function told({ pid, command }: Leftover): string {
  const read = (name: string): string => attempt(() => readFileSync(`/proc/${pid}/${name}`, 'utf8'))
  const state = read('status').match(/^(?:State|PPid|SigIgn):.*$/gm) ?? []
  const home = /(?:^|\0)(HOME=[^\0]*)/.exec(read('environ'))?.[1] ?? ''
  return `${pid} ${command} (${[...state, read('wchan'), home].join(', ').replaceAll('\t', ' ')})`
}

/** Ends one process if it still runs. */
export function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It was faster.
  }
}
