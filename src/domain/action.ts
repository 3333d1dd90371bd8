import type { Agent } from './agent.js'
import type { Verb } from './ledger.js'
import type { Presence, SessionIdentity } from './session.js'
import type { AgentBead, BlindSpot, Finding, PendingSpawn } from './snapshot.js'

interface Planned {
  /** The rule that asks for it. */
  readonly rule: string
  readonly because: string
  /** Planned, but not in this check. `soon`: for want of budget or time, so look again in 60 s. */
  readonly deferred?: { readonly because: string; readonly soon: boolean }
}

/** Bring an agent up, killing its zombie session first where there is one. */
export interface Start extends Planned {
  readonly kind: 'start'
  readonly agent: Agent
  readonly zombie: SessionIdentity | undefined
  /** Sent when the start fails. */
  readonly otherwise?: Notify
}

/** Carry out a lifecycle request, or finish one that an earlier check claimed. */
export interface CarryOut extends Planned {
  readonly kind: 'cycle' | 'restart' | 'shutdown'
  readonly agent: Agent
  readonly mailId: string
  readonly verb: Verb
  /** The session the request is about, as the look (or the claim) has it. */
  readonly session: Presence
  /** An earlier check claimed it already. */
  readonly claimed: boolean
  /** When its agent sent it, where that is known. */
  readonly sentAt?: number | undefined
  /** The agent's hook when it asked, null when not known: a shutdown holds until it names another bead. */
  readonly hook: string | null
  /** Whether the agent's state file carries the flag that must be cleared. */
  readonly clearFlag: boolean
  /** The mails of its agent's other requests, which give way to it. */
  readonly supersedes?: readonly string[]
}

/** Close a mail of the deacon's that needs nothing (more) done. */
export interface CloseMail extends Planned {
  readonly kind: 'close-mail'
  readonly agent: Agent | undefined
  readonly mailId: string
  /** A superseded request takes its flag with it. */
  readonly clearFlag: Verb | undefined
}

/** Write spawns that were announced by mail into `spawn/pending.json`, then close those mails. */
export interface RecordSpawns extends Planned {
  readonly kind: 'record-spawns'
  readonly agent: undefined
  readonly spawns: readonly PendingSpawn[]
}

/** Type `Begin.` and Enter into the pane of a new polecat; `enterOnly` when the text stands there already. */
export interface TriggerSpawn extends Planned {
  readonly kind: 'trigger-spawn'
  readonly agent: Agent
  readonly spawn: PendingSpawn
  readonly enterOnly: boolean
}

/** Take a spawn off the list. */
export interface ForgetSpawn extends Planned {
  readonly kind: 'forget-spawn'
  readonly agent: Agent | undefined
  readonly spawn: PendingSpawn
}

/** Set `agent_state: dead` in the agent's bead. */
export interface MarkDead extends Planned {
  readonly kind: 'mark-dead'
  readonly agent: Agent
  readonly bead: AgentBead
}

/** Mail somebody about an agent, once while the condition lasts. */
export interface Notify extends Planned {
  readonly kind: 'notify'
  readonly agent: Agent
  /** One per kind, agent and hooked bead. */
  readonly key: string
  /** `<rig>/witness` or `mayor/`. */
  readonly to: string
  readonly subject: string
  readonly body: string
}

export type Action = Start | CarryOut | CloseMail | RecordSpawns | TriggerSpawn | ForgetSpawn | MarkDead | Notify

/** What is to be done, in order, and what was found. */
export interface Plan {
  readonly actions: readonly Action[]
  readonly findings: readonly Finding[]
  /** What a rule could not judge for want of an answer, besides what looking itself could not see. */
  readonly blindSpots?: readonly BlindSpot[]
  /** When an agent that does not run is to be reported if that lasts, epoch ms: the next check comes by then. */
  readonly reportAt?: number
}

export interface Outcome {
  readonly action: Action
  readonly outcome: 'done' | 'failed' | 'deferred' | 'would'
  readonly error?: string
  /** What could not be seen right before the deed, which was therefore not begun: counts like those of the look. */
  readonly blindSpot?: BlindSpot
  /** How it went, for history: the session made, how the pane had died … */
  readonly detail?: Readonly<Record<string, string | number>>
}
