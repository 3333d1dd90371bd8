import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** How a child ended. `error`: it never began. */
export interface Answer {
  readonly exitCode?: number | undefined
  readonly signal?: string | undefined
  readonly error?: NodeJS.ErrnoException | undefined
}

/** A child that has been started, and how it will have ended once its output is closed. */
export interface Begun {
  readonly child: ChildProcess
  readonly ending: Promise<Answer>
}

/** What a child is told, and where it works, with its whole environment. */
export interface Question {
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

/** Starts the program at `path` as the leader of a process group of its own, with nothing inherited. By node itself, since execa takes as long to
 *  load as the first answers take to come. */
export function beginQuestion({ args, cwd, env }: Question, path: string): Begun {
  const child = spawn(path, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  return { child, ending: endOf(child) }
}

async function endOf(child: ChildProcess): Promise<Answer> {
  try {
    const [exitCode, signal] = await once(child, 'close')
    return { exitCode: exitCode ?? undefined, signal: signal ?? undefined }
  } catch (error) {
    return { error: error instanceof Error ? error : new Error(String(error)) }
  }
}
