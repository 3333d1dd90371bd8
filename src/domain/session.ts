/** One pane as tmux tells it. Times are epoch milliseconds. */
export interface Pane {
  readonly serverPid: number
  /** tmux's own id, `$3`: new for every session of one server. */
  readonly sessionId: string
  readonly session: string
  readonly createdAt: number
  /** The folder the session was made in. */
  readonly path: string
  /** How many clients are attached to the session itself. */
  readonly attached: number
  readonly windowId: string
  /** How many clients show its window now, whichever session they are attached to. */
  readonly viewers: number
  readonly windowActivityAt: number
  readonly paneId: string
  readonly pid: number
  /** It is in a mode of tmux's own (copy mode, a chooser, the clock): keys go there. */
  readonly inMode: boolean
  /** A person switched its input off: keys are lost. */
  readonly inputOff: boolean
  readonly dead: boolean
  readonly deadStatus: number | undefined
  readonly deadAt: number | undefined
  /** `pane_current_command`: the name of the foreground process. */
  readonly command: string
  /** Names of the agent's process by the session's environment, see `declaredNames`. */
  readonly processNames: readonly string[]
  /** `GT_PANE_ID` of the session's environment: the pane of its agent; '' without one. */
  readonly declaredPane: string
}

/** A process as the kernel tells it. */
export interface Process {
  readonly pid: number
  readonly parent: number
  /** The short name, at most 15 bytes on Linux. */
  readonly comm: string
  /** One letter: R, S, D, T (stopped), Z (gone, not yet collected) … */
  readonly state: string
  /** Tells this process from a later one with its pid: start time as the kernel writes it. */
  readonly startTime: string
  readonly startedAt: number
  readonly group: number
  /** The process group in the foreground of its terminal; below 1 without a terminal. */
  readonly foreground: number
  /** It is a copy of its parent and has run no program of its own. Undefined if the system does not tell. */
  readonly isCopy: boolean | undefined
  readonly argv: readonly string[]
  /** The path of its program file. Undefined if the system does not tell. */
  readonly executable: string | undefined
  /** Its standard input: a path, or a name such as `pipe:[7]`. Undefined if the system does not tell. */
  readonly input: string | undefined
}

/** Which session this is: a second one made in the same second under the same name differs in one of these. */
export interface SessionIdentity {
  readonly serverPid: number
  readonly sessionId: string
  /** `<pid>@<start time>` of the process of the session's own pane. */
  readonly paneStart: string
}

/** A session that was seen, or that nothing stands under that name. */
export type Presence = SessionIdentity | 'absent'

/** Whether two looks saw the same session (or both none). */
export function samePresence(one: Presence, other: Presence): boolean {
  if (one === 'absent' || other === 'absent') return one === other
  return one.serverPid === other.serverPid && one.sessionId === other.sessionId && one.paneStart === other.paneStart
}

/** The words of recovery: `unknown` is never acted on, `starting` is left alone without being a blind spot. */
export type LivenessState = 'dead' | 'zombie' | 'starting' | 'alive' | 'unknown'

export interface Liveness {
  readonly state: LivenessState
  /** One line for a person: what was seen that made it so. */
  readonly because: string
  /** Nobody could be asked (a blind spot), as against something seen that is not understood (a finding). */
  readonly blind: boolean
}

/** A window of a session. Grouped sessions share all their windows; `link-window` shares one. */
export interface WindowSight {
  readonly id: string
  /** How many clients show it now, whichever session they are attached to. */
  readonly viewers: number
  readonly panes: readonly string[]
}

/** What is known of an agent's session beyond its being there. */
export interface SessionSight {
  readonly identity: SessionIdentity
  readonly createdAt: number
  /** Start of its own pane's process. */
  readonly processStartedAt: number
  /** Newest activity of any of its windows. */
  readonly activityAt: number
  /** How many clients are attached to the session itself. */
  readonly attached: number
  readonly windows: readonly WindowSight[]
  /** Its own pane, and every other one that is not dead. */
  readonly panes: number
  readonly paneId: string
  readonly panePid: number
  readonly paneInMode: boolean
  readonly paneInputOff: boolean
  /** The running check is a process below one of its panes. */
  readonly holdsThisCheck: boolean
  readonly death: { readonly status: number | undefined; readonly at: number | undefined } | undefined
}
