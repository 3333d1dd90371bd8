import type { Known } from '../domain/known.js'
import type { Pane } from '../domain/session.js'
import type { CommandResult, Commands } from './command.js'

/** How a session is made: the pane's own process is `argv`. */
export interface NewSession {
  readonly name: string
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
  readonly argv: readonly string[]
}

/** One tmux server, reached by the path of its socket. Every target is `=name:`; a name is never a pattern. */
export interface Tmux {
  readonly socket: string
  /** Every pane of every session; no server and no session are an empty list; what cannot be told stays so. */
  panes(): Promise<Known<readonly Pane[]>>
  newSession(session: NewSession): Promise<CommandResult>
  killSession(name: string): Promise<CommandResult>
  /** Lines of the session's first pane, wrapped lines joined, the last `lines` of its history. */
  capture(name: string, lines: number): Promise<Known<string>>
  /** Types text literally into the session's pane; no Enter. */
  type(name: string, text: string): Promise<CommandResult>
  enter(name: string): Promise<CommandResult>
  /** Several tmux commands as one sequence in one process; each is an argv without `tmux`. */
  sequence(commands: readonly (readonly string[])[]): Promise<CommandResult>
}

export interface TmuxOptions {
  readonly socket: string
  readonly commands: Commands
  readonly env: Readonly<Record<string, string>>
  readonly deadline: number
}

export declare function createTmux(options: TmuxOptions): Tmux

/** The path of the user's default tmux socket under this environment (TMUX_TMPDIR, else /tmp). */
export declare function defaultSocket(env: Readonly<Record<string, string | undefined>>): string

/** The paths of every tmux socket of this user that a server listens on. */
export declare function userSockets(env: Readonly<Record<string, string | undefined>>): Promise<readonly string[]>
