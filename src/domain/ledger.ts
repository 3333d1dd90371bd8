import type { Address } from './agent.js'
import type { Presence, SessionIdentity } from './session.js'

export type Verb = 'cycle' | 'restart' | 'shutdown'

/** One start of an agent, counted before tmux is asked to make the session. Times are epoch milliseconds. */
export interface StartRecord {
  readonly at: number
  readonly by: 'inference' | 'request'
  readonly outcome: 'begun' | 'started' | 'failed' | 'duplicate'
  /** The session that came of it. */
  readonly identity?: SessionIdentity
  /** Why it failed, one line without secrets. */
  readonly error?: string
  /** The agent has been well since: it counts no more, and is kept because its session may have to be known again. */
  readonly forgiven?: boolean
}

/** An agent that should run and does not. */
export interface AttentionRecord {
  readonly condition: 'down' | 'blocked' | 'unknown' | 'starting'
  /** In every check since, epoch ms. */
  readonly since: number
}

/** What must be remembered of one agent. */
export interface AgentRecord {
  readonly starts: readonly StartRecord[]
  /** Alive in every full check since. */
  readonly aliveSince?: number | undefined
  /** Session absent in every full check since. */
  readonly absentSince?: number | undefined
  /** Liveness not understood in every full check since. */
  readonly unknownSince?: number | undefined
  /** A session without an agent in every full check since. */
  readonly emptySince?: number | undefined
  /** It shut down on its own request: left down until a session appears, its hook names another bead than this one
   *  (null: not known then, so no bead ends it), or `up`. */
  readonly standDown?: { readonly since: number; readonly hook: string | null } | undefined
  /** `<pid>@<start time>` of its pane's process, as a check last saw or started it; kept until that process has ended. */
  readonly process?: string | undefined
  /** The account's login shell swallowed a start: use `/bin/sh -l`. */
  readonly plainShell?: boolean | undefined
  readonly attention?: AttentionRecord | undefined
}

/** A lifecycle request that was claimed before its mail was deleted. */
export interface Claim {
  readonly address: Address
  readonly verb: Verb
  /** The session that the request is about. */
  readonly session: Presence
  /** claimed → (killed) → done or failed. */
  readonly state: 'claimed' | 'killed' | 'done' | 'failed'
  /** When its agent sent it. */
  readonly sentAt?: number
  readonly claimedAt: number
  readonly changedAt: number
  /** The mail could not be deleted yet. */
  readonly mailOpen: boolean
  /** Mails of other requests of the agent that gave way to this one: they are closed, and never carried out. */
  readonly supersedes?: readonly string[]
  readonly error?: string
}

/** Whether a check began with this request and did not come to its end. */
export const isUnfinished = ({ state }: Claim): boolean => state === 'claimed' || state === 'killed'

/** A mail to a person or witness: `sending` before, `sent` after. */
export interface NoticeRecord {
  readonly state: 'sending' | 'sent'
  readonly at: number
  readonly to: string
  readonly subject: string
}

/** A child of a check that changes something and may outlive it. */
export interface ChildRecord {
  readonly pid: number
  readonly startTime: string
  readonly program: string
  readonly address: Address
}

/** Times of a check, epoch ms. */
export interface PastCheck {
  readonly startedAt: number
  readonly endedAt: number
  readonly intervalSeconds: number
}

/** The tmux server that had sessions of this town. */
export interface ServerRecord {
  readonly pid: number
  readonly startTime: string
  readonly socket: string
}

/** Everything that must outlive a check. Fields this version does not know are kept as they were read. */
export interface Ledger {
  readonly schema: 1
  readonly agents: Readonly<Record<Address, AgentRecord>>
  /** By notice key, see `noticeKey`. */
  readonly notices: Readonly<Record<string, NoticeRecord>>
  /** By mail id. */
  readonly claims: Readonly<Record<string, Claim>>
  /** Spawns into whose pane `Begin.` is being typed, by mail id; value: since when. */
  readonly typing: Readonly<Record<string, number>>
  /** Spawns that got their `Begin.`, by mail id; value: when. Kept for as long as their mail could still lie open. */
  readonly typed?: Readonly<Record<string, number>>
  readonly children: readonly ChildRecord[]
  /** As the last check saw it. */
  readonly server?: ServerRecord
  /** Conditions that were logged, by key: since when they last. */
  readonly conditions: Readonly<Record<string, number>>
  /** Newest activity in the town that was not our own. */
  readonly activityAt?: number
  /** The last check that ran, whether or not it could observe the town. */
  readonly lastCheck?: PastCheck
  /** The last check that was complete: its gate was open, and it observed the town. */
  readonly lastComplete?: PastCheck
  /** The last run for requests alone. */
  readonly lastPass?: Omit<PastCheck, 'intervalSeconds'>
  /** The ledger before this one was unreadable: requests older than this moment may have been carried out. */
  readonly lostAt?: number
}

/** A ledger that remembers nothing: what a town without one has. */
export const emptyLedger: Ledger = {
  schema: 1,
  agents: {},
  notices: {},
  claims: {},
  typing: {},
  children: [],
  conditions: {},
}

const nothing: AgentRecord = { starts: [] }

/** What is remembered of an agent; nothing yet: no starts. */
export const recordOf = (ledger: Ledger, address: Address): AgentRecord => ledger.agents[address] ?? nothing

/** The ledger with one agent's record changed. */
export function changeRecord(ledger: Ledger, address: Address, change: (record: AgentRecord) => AgentRecord): Ledger {
  return { ...ledger, agents: { ...ledger.agents, [address]: change(recordOf(ledger, address)) } }
}
