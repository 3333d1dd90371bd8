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
  readonly exitingGrace: number
  readonly requestMaxAge: number
  /** No key pressed for this long: an attached person does not keep an agent from what it asks for. */
  readonly attachedGrace: number
  readonly noticeRepeat: number
  /** An agent that should run and has not for this long is reported by mail. */
  readonly attentionAfter: number
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

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const claude = ['claude', '--dangerously-skip-permissions']

/** The settings of a town without a configuration file: what the schema makes of an empty one, which a test holds against this. */
export const defaultSettings: Settings = {
  maxStarts: 5,
  launch: { deacon: claude, mayor: claude, witness: claude, refinery: claude, crew: claude, polecat: claude },
  launchShell: 'login',
  agentNames: [],
  intervals: [
    { below: 5 * MINUTE, next: 5 * MINUTE },
    { below: 15 * MINUTE, next: 10 * MINUTE },
    { below: 45 * MINUTE, next: 30 * MINUTE },
    { below: null, next: HOUR },
  ],
  deadline: 20 * SECOND,
  startDeadline: 60 * SECOND,
  runDeadline: 90 * SECOND,
  zombieGrace: 60 * SECOND,
  staleAfter: 15 * MINUTE,
  staleConfirm: 60 * SECOND,
  guppAfter: 30 * MINUTE,
  spawnGrace: 5 * MINUTE,
  exitingGrace: 10 * MINUTE,
  requestMaxAge: 6 * HOUR,
  attachedGrace: 2 * MINUTE,
  noticeRepeat: 6 * HOUR,
  attentionAfter: 30 * MINUTE,
  backoff: {
    initial: 30 * SECOND,
    max: 10 * MINUTE,
    holdAfter: 5,
    window: HOUR,
    hold: HOUR,
    healthyAfter: 30 * MINUTE,
  },
  worktree: true,
  theme: true,
  onFailure: undefined,
  metrics: undefined,
  logSize: 10_000_000,
  historySize: 10_000_000,
  dialect: undefined,
  trustBeads: false,
  tmuxSocket: undefined,
}
