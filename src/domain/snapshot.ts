import type { Address, Agent } from './agent.js'
import type { TmuxClient } from './attached-clients.js'
import type { Known } from './known.js'
import type { Ledger, ServerRecord, Verb } from './ledger.js'
import type { Liveness, Pane, SessionSight } from './session.js'
import type { Settings } from './settings.js'

export type Mode = 'heartbeat' | 'lifecycle'

/** Steps that this kind of town has; a rule whose step is missing does nothing. */
export interface Steps {
  readonly pendingSpawns: boolean
  readonly staleAgents: boolean
  /** A lifecycle request counts only with its flag in the agent's state file. */
  readonly requestFlags: boolean
  /** What an agent's bead says of its being up or dead counts: running, working, dead. */
  readonly beadStates: boolean
  /** States in which a polecat rests although work hangs on its hook: it is finished, or paused itself. */
  readonly restStates: readonly string[]
  /** What hangs on a hook is told by the bead of the work, which names its agent; else by the agent's own bead. */
  readonly workHooks: boolean
  /** Nobody can do anything without the town's issues: while they cannot be asked, nobody is started, and nothing is done or said. */
  readonly needsIssues: boolean
}

export interface Rig {
  readonly name: string
  /** The issue prefix that rigs.json names, without its dash. */
  readonly prefix: string | undefined
  /** The same as it stands there, where it has a dash at its end. */
  readonly writtenPrefix?: string
}

/** What an agent reports of itself, read from one database. */
export interface AgentBead {
  readonly id: string
  /** The folder in which bd was asked, and in which it must be told of changes. */
  readonly database: string
  readonly state: string
  /** Id of the bead on its hook; '' when there is none. */
  readonly hook: string
  readonly updatedAt: number | undefined
  readonly description: string
  /** gt notes so when it could not push the branch, or not make the merge request, of work that is done. */
  readonly isDoneFailed?: boolean
  /** The rig and the role that its description names, '' when none: they tell apart agents whose ids read the same. */
  readonly rig?: string
  readonly role?: string
}

/** The bead of work on a hook. */
export interface WorkBead {
  readonly id: string
  readonly status: string
}

/** A bead of work that itself says on whose hook it hangs. */
export interface HookedBead extends WorkBead {
  /** As the bead has it: an agent's address. */
  readonly assignee: string
  readonly updatedAt: number | undefined
}

/** A request to merge the work of a polecat. */
export interface MergeRequest extends WorkBead {
  /** Id of the work. */
  readonly source: string
}

/** The reason why a polecat that is down has nothing left to do, although its work is still open. */
export interface Delivery {
  readonly how: 'merged' | 'submitted'
  /** One line for a person. */
  readonly because: string
}

/** An agent's own word that it ends its work for now. */
export interface Leave {
  /** Epoch ms. */
  readonly at: number
  /** Id of the work it was at; '' when it did not say. */
  readonly work: string
}

/** Why an agent is neither started nor killed nor written about. */
export interface Restraint {
  readonly kind: 'stood-down' | 'estop' | 'parked' | 'docked' | 'disabled' | 'paused' | 'blind'
  readonly because: string
}

/** `requesting_…: true` flags of an agent's state file. */
export interface RequestFlags {
  readonly path: string
  readonly requesting: Readonly<Record<Verb, boolean>>
  /** What stands there in place of `true`, in one short word, where a flag is there and not true. */
  readonly got?: Readonly<Partial<Record<Verb, string>>>
}

/** All that this look found out about one agent. */
export interface AgentSight {
  readonly agent: Agent
  readonly address: Address
  readonly sessionName: string
  readonly liveness: Liveness
  /** Present when exactly one session of this town stands under that name. */
  readonly session: SessionSight | undefined
  /** Undefined: not looked at, since nothing hangs on it. */
  readonly folder: Known<'ready' | 'missing' | 'not-a-worktree'> | undefined
  /** Null: no database of the town holds a bead for it. */
  readonly bead: Known<AgentBead | null>
  /** Null: it has no state file; undefined: not looked at, as its folder. */
  readonly flags: Known<RequestFlags | null> | undefined
  /** Where its flags are kept, absolute; the file need not be there. */
  readonly stateFile?: string | undefined
  readonly restraint: Restraint | undefined
  /** `<pid>@<start time>` of a process of it that lives outside of its session. */
  readonly survivor?: string | undefined
  /** The bead on its hook, asked only where a finding needs it. Null: bd knows no such issue. */
  readonly work: Known<WorkBead | null> | undefined
  /** Where work beads tell of hooks: the work that hangs on its hook, null when there is none; undefined: not asked. */
  readonly hooked?: Known<HookedBead | null> | undefined
  /** The last that is known of it is that it was ending its work itself. */
  readonly leave?: Leave | undefined
  /** Whether its work is merged or submitted; null: neither. Undefined: not asked, since it is not to be started. */
  readonly delivery?: Known<Delivery | null> | undefined
  /** Last lines of its pane, captured as evidence only. */
  readonly paneTail: string | undefined
}

/** What the body of a lifecycle mail asks for, or why nobody can tell. */
export type RequestWords = { readonly verb: Verb } | { readonly complaint: string }

export interface Mail {
  readonly id: string
  readonly subject: string
  /** '' where nothing is to be done because of it. */
  readonly body: string
  /** As the `from:` label has it; '' when there is none. */
  readonly from: string
  readonly createdAt: number | undefined
  /** Undefined: the subject does not begin with `lifecycle:`. */
  readonly request: RequestWords | undefined
}

/** A mail as whoever sent it looks for it. */
export type SentMail = Pick<Mail, 'subject' | 'createdAt'>

/** An entry of `spawn/pending.json`. */
export interface PendingSpawn {
  readonly rig: string
  readonly polecat: string
  readonly session: string
  readonly issue: string
  readonly spawnedAt: number
  readonly mailId: string
}

/** What the pane of a pending spawn shows. `typed`: the prompt line already says `Begin.`; `begun`: it was said before
 *  and the prompt is back; `blocked`: a menu, a question or other text stands where the prompt should be. */
export interface SpawnSight {
  readonly spawn: PendingSpawn
  readonly prompt: 'ready' | 'typed' | 'begun' | 'blocked' | 'not-ready' | 'gone' | 'cannot-tell'
  readonly because: string
}

export interface BlindSpot {
  readonly what: string
  readonly why: string
  /** bd or gt is not installed: exit code 69 in place of 3. */
  readonly missingProgram?: string
}

/** A JSON value a finding shows as evidence. */
export type Evidence = Readonly<Record<string, string | number | boolean | null | readonly string[]>>

/** How an agent that should run is doing. `down`: its start was put off. `paused`: on purpose. */
export const agentStates = ['starting', 'down', 'retrying', 'held', 'paused', 'blocked', 'unknown'] as const
export type AgentState = (typeof agentStates)[number]

/** Something a rule saw. `wantsPerson` makes the check a warning (exit 1). */
export interface Finding {
  readonly rule: string
  readonly agent: Address | undefined
  readonly verdict: string
  readonly because: string
  readonly evidence: Evidence
  readonly wantsPerson: boolean
  /** Of an agent that should run, where the finding is about that. */
  readonly state?: AgentState
  /** When the next try is due, epoch ms: the next heartbeat comes by then. */
  readonly until?: number
}

/** The town at one moment. Nothing later reads the clock to decide. Times are epoch milliseconds. */
export interface Snapshot {
  readonly now: number
  readonly mode: Mode
  readonly root: string
  readonly settings: Settings
  /** As the town's dialect says. */
  readonly steps: Steps
  readonly rigs: Known<readonly Rig[]>
  /** Rigs whose crew or polecat folders could not be listed: they may have workers that nobody saw. */
  readonly unlistedRigs?: readonly string[]
  readonly agents: readonly AgentSight[]
  /** The deacon's open mail, oldest first. */
  readonly mail: Known<readonly Mail[]>
  /** Null: there is no such file. */
  readonly pendingSpawns: Known<readonly PendingSpawn[]>
  readonly spawns: readonly SpawnSight[]
  readonly sessions: number
  /** The clients of the tmux server; undefined: not asked, since no request may have to wait for one. */
  readonly clients?: Known<readonly TmuxClient[]> | undefined
  /** This town's sessions stand on another tmux socket than the settings say: both named. Nothing may be done. */
  readonly socketConflict: string | undefined
  /** The path of the tmux socket on which this town's sessions were seen; undefined: none was seen anywhere. */
  readonly seenOn?: string | undefined
  /** The tmux server on which they were seen. */
  readonly server?: ServerRecord | undefined
  /** All panes of that server, as the look found them. */
  readonly panes?: Known<readonly Pane[]>
  readonly ledger: Ledger
  /** Whether the ledger was read whole; a lost one carries out no request, sends no notice, marks nobody. */
  readonly ledgerLost: boolean
  /** Since the last activity in the town, sampled before the first child; null: cannot be told. */
  readonly idleSeconds: number | null
  /** The check before this one was long ago (sleep, power off): start what is dead, say and mark nothing. */
  readonly afterGap: boolean
  readonly blindSpots: readonly BlindSpot[]
  /** What looking itself found: names that are skipped, sessions that are not understood. */
  readonly findings: readonly Finding[]
  /** What is normal and worth a line with -v: places that hold no issues. */
  readonly notes?: readonly string[]
}
