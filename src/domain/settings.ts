import type { Role } from './agent.js'

/** How a start backs off. Times in milliseconds. */
export interface Backoff {
  readonly initial: number
  readonly max: number
  /** So many starts within `window` hold the agent back for `hold`. */
  readonly holdAfter: number
  readonly window: number
  readonly hold: number
  /** Alive for this long: its starts are forgotten. */
  readonly healthyAfter: number
}

/** One step of the idle table: idle for less than `below` (null: any time) → look again in `next`. Milliseconds. */
export interface IntervalStep {
  readonly below: number | null
  readonly next: number
}

/** The configuration as the program uses it: every key has its value, durations are milliseconds. */
export interface Settings {
  readonly maxStarts: number
  /** A launch line for each role, already split into words. */
  readonly launch: Readonly<Record<Role, readonly string[]>>
  /** `login`: the account's shell; a path: that shell; false: start the program directly. */
  readonly launchShell: 'login' | false | (string & {})
  readonly agentNames: readonly string[]
  readonly intervals: readonly IntervalStep[]
  readonly deadline: number
  readonly startDeadline: number
  readonly runDeadline: number
  readonly zombieGrace: number
  readonly staleAfter: number
  readonly staleConfirm: number
  readonly guppAfter: number
  readonly spawnGrace: number
  readonly requestMaxAge: number
  readonly noticeRepeat: number
  readonly backoff: Backoff
  readonly worktree: boolean
  readonly theme: boolean
  readonly onFailure: string | undefined
  readonly metrics: string | undefined
  readonly logSize: number
  readonly historySize: number
  /** The name of a kind of town, where a person forces it. */
  readonly dialect: string | undefined
  readonly trustBeads: boolean
  readonly tmuxSocket: string | undefined
}
