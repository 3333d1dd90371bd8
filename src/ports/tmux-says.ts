import type { CommandResult } from './command.js'

const noServer = /^no server running on |^error connecting to .* \((No such file or directory|Connection refused)\)/m
const noSession = /^no current target/m

/** Whether tmux says that no server listens on its socket. */
export const isNoServer = (result: CommandResult): boolean => says(result, noServer)

/** Whether tmux says that nobody is there: no server, or a server without a session. */
export const isNobodyThere = (result: CommandResult): boolean => isNoServer(result) || says(result, noSession)

/** Whether a session of that name was there already: another process was faster. Hooks of tmux complain of other names. */
export const isDuplicate = (result: CommandResult, name: string): boolean =>
  says(result, /^duplicate session: /m) && result.stderr.split('\n').includes(`duplicate session: ${name}`)

/** Whether tmux does not know the session it was told to change or read (any more). */
export const isSessionGone = (result: CommandResult): boolean =>
  isNobodyThere(result) || says(result, /^can't find (session|window|pane): /m)

/** A server whose last session went ends when nobody asks it any more, and answers until then: it may take so long, milliseconds. */
export const endsWithin = 250

/** Whether the server ended while it was asked: its last session just went. */
const isServerLost = (result: CommandResult): boolean => says(result, /^(server exited|lost server)/m)

/** A server that ends while it is asked is asked once more. */
export async function again(ask: () => Promise<CommandResult>): Promise<CommandResult> {
  const result = await ask()
  return isServerLost(result) ? ask() : result
}

const says = (result: CommandResult, text: RegExp): boolean =>
  !result.ok && result.kind === 'exit' && text.test(result.stderr)
