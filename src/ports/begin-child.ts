import { type Answer, type Begun, beginQuestion } from './begin-question.js'
import type { Command } from './command.js'

/** Waits for its line, then becomes the program with the same pid. End of file in place of the line: never begins. */
const gate = ['-c', 'read -r go && [ "$go" = go ] && exec "$@" </dev/null', 'gate']

/** Starts a child. A question is started at once; a deed waits for its line, and for execa to be loaded. */
export const begin = async (command: Command, path: string): Promise<Begun> =>
  command.before ? beginDeed(command, path) : beginQuestion(command, path)

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
