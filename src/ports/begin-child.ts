import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Command } from './command.js'

/** How a child ended. `error`: it never began. */
export interface Answer {
  readonly exitCode?: number | undefined
  readonly signal?: string | undefined
  readonly error?: NodeJS.ErrnoException | undefined
}

/** A child that has been started, and how it will have ended once its output is closed. */
interface Begun {
  readonly child: ChildProcess
  readonly ending: Promise<Answer>
}

/** Waits for its line, then becomes the program with the same pid. End of file in place of the line: never begins. */
const gate = ['-c', 'read -r go && [ "$go" = go ] && exec "$@" </dev/null', 'gate']

/** Starts a child as the leader of a process group of its own, with nothing inherited. A question is started by node itself, since execa takes as
 *  long to load as the first answers take to come; a deed waits for it. */
export const begin = (command: Command, path: string): Promise<Begun> =>
  command.before ? beginDeed(command, path) : beginQuestion(command, path)

async function beginQuestion({ args, cwd, env }: Command, path: string): Promise<Begun> {
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

/** Its output is read by us, and no exception comes for whatever happens. */
const held = { extendEnv: false, detached: true, cleanup: false, buffer: false, reject: false, stdin: 'pipe' } as const

async function beginDeed({ args, cwd, env }: Command, path: string): Promise<Begun> {
  const { execa } = await import('./execa.js')
  const child = execa('/bin/sh', [...gate, path, ...args], { ...held, cwd, env })
  const ending = child.then(({ exitCode, signal, cause }): Answer => ({ exitCode, signal, error: errorOf(cause) }))
  return { child, ending }
}

/** What node said when it could not start it; of a child that ran execa tells by its exit code or signal. */
const errorOf = (cause: unknown): Error | undefined => (cause instanceof Error ? cause : undefined)
