import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The built program, as `bin` names it. */
export const PROGRAM = fileURLToPath(new URL('../../dist/gt-heartbeat.cjs', import.meta.url))

export interface Ending {
  readonly pid: number
  readonly exitCode: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  /** The words of a program that becomes the check (`prlimit …`, `nsenter …`). */
  readonly under?: readonly string[]
  /** Another copy of the built program. */
  readonly program?: string
  /** Gets the running process, to signal it. */
  readonly started?: (child: { readonly pid: number; kill(signal: NodeJS.Signals): boolean }) => void
}

let last = ''

/** What the program said last in this process, cut at its beginning; empty: it was not run. */
export const lastSaid = (): string => last

/** Runs the built program to its end; a check that does not end is killed after two minutes and says so in `signal`. */
export function runProgram(args: readonly string[], options: RunOptions): Promise<Ending> {
  const { env, cwd, started, under = [], program = PROGRAM } = options
  const [command = '', ...words] = [...under, process.execPath, program, ...args]
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, { env, cwd, timeout: 120_000, killSignal: 'SIGKILL' })
    const { pid } = child
    if (pid === undefined) return child.once('error', reject)
    const parts = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text) => {
        parts[stream] += text
      })
    }
    child.stdin.end()
    child.once('close', (exitCode, signal) => {
      last = `${parts.stdout.slice(-1500)}${parts.stderr.slice(-500)}`
      resolve({ pid, exitCode, signal, ...parts })
    })
    started?.({ pid, kill: (signal) => child.kill(signal) })
  })
}
