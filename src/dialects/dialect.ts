import type { ActivitySample, Stamp } from '../domain/activity.js'
import type { Agent } from '../domain/agent.js'
import type { Known } from '../domain/known.js'
import type {
  AgentBead,
  BlindSpot,
  HookedBead,
  Leave,
  Mail,
  MergeRequest,
  Restraint,
  Rig,
  SentMail,
  Steps,
  WorkBead,
} from '../domain/snapshot.js'
import type { Database, DatabaseList } from './database.js'

/** A program's words and the folder to say them in. */
export interface Call {
  readonly program: 'bd' | 'gt'
  readonly args: readonly string[]
  readonly cwd: string
  /** Variables on top of `childEnvironment`. */
  readonly env?: Readonly<Record<string, string>>
}

/** The environment of whoever runs the check, or a part of it. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What keeps agents of a town down besides what every kind of town knows. */
export interface MoreRestraints {
  /** Why this agent is left alone; undefined when nothing says so. */
  of(agent: Agent): Restraint | undefined
  /** What could not be read; whoever it is about is left alone. */
  readonly blindSpots: readonly BlindSpot[]
}

/** Agents that gt brings up: it makes the session and waits for the agent's prompt, so that the call can outlast its agent's start. */
export interface StartsByGt {
  /** Makes the session of an agent that has none. */
  startCall(agent: Agent): Call
  /** Whether what gt printed says that an agent ran there already: somebody was faster. */
  isThere(output: string): boolean
  /** gt hands the environment it is run with on to the agent: it must be the one a login shell of the user has. */
  readonly loginEnvironment: true
  /** The variables that it hands on; all others an agent has of the tmux server. */
  readonly handsOn: readonly string[]
  /** The programs that gt starts as agents of this town, by name or path, each once. */
  agentPrograms(root: string, rigs: readonly Rig[]): readonly string[]
  /** Where below the home gt finds a program that is not on PATH. */
  readonly usualPlaces: Readonly<Record<string, string>>
}

/** The server that holds the issues of a town. */
export interface IssueServer {
  /** For a person: `the Dolt server on port 3307`. */
  readonly name: string
  /** Files that say otherwise where it is, and what a person types, in the town's folder, to have them made anew. */
  readonly remarks: readonly { readonly because: string; readonly mend?: string }[]
  /** What a person types there when it is not heard. */
  readonly start: string
}

/** Major, minor, patch. */
export type Version = readonly [number, number, number]

/** A kind of Gas Town: how one is known, and how it is opened. */
export interface Kind {
  readonly name: string
  /** What in the files of a town says that it is of this kind, in words for a person; empty: nothing does. */
  signs(root: string): readonly string[]
  /** Whether a version of gt, or of bd, makes and speaks to towns of this kind. */
  readonly speaks: Readonly<Record<'gt' | 'bd', (version: Version) => boolean>>
  /** `root`: the town's real path; `rigs`: as its list names them, as far as anybody can tell. */
  open(root: string, rigs: readonly Rig[]): Dialect
}

/** How a Gas Town of one kind names things, is asked, and is told. One value for each town, chosen once. What is optional is
 *  what not every kind of town has; nobody outside this folder asks which kind it is. */
export interface Dialect {
  readonly name: string
  /** Steps this kind of town has. */
  readonly steps: Steps
  sessionName(agent: Agent): string
  /** Why nobody can tell whose a session of this agent's name would be; undefined when it can only be its own. */
  nameComplaint?(agent: Agent): string | undefined
  /** Name of the tmux socket of this town, beside the user's default one, which it is when undefined. */
  socketName?(env: Environment): string
  /** Every id form that an agent's bead may have, the likeliest first; compared exactly. */
  beadIds(agent: Agent, rig: Rig | undefined): readonly string[]
  /** The work folder, absolute. */
  folder(root: string, agent: Agent): string
  /** The file with the agent's `requesting_…` flags, absolute. */
  stateFile(root: string, agent: Agent): string | undefined
  /** Identity and settings an agent is started with; the same in its session and its process. */
  environment(root: string, agent: Agent): Readonly<Record<string, string>>
  databases(root: string, rigs: readonly Rig[]): Known<DatabaseList>
  /** When there was activity in the town, by its activity files. */
  activityStamps(sample: ActivitySample): readonly Stamp[]
  /** The server without which nobody can read the town's issues; undefined: there is none. `env`: what checks are started with. */
  issueServer?(root: string, rigs: readonly Rig[], env: Environment): IssueServer
  /** Folders with issues in which bd keeps a daemon of its own. */
  bdDaemons?(root: string, rigs: readonly Rig[]): readonly string[]
  /** What is odd in the town's own files and hinders nobody, a line each. */
  remarks?(root: string, rigs: readonly Rig[]): readonly string[]
  /** What keeps agents down besides stand-downs, emergency stops and parked rigs. */
  restraints?(root: string, rigs: readonly Rig[]): MoreRestraints
  /** The beads of rigs themselves; undefined: this kind of town keeps no rig's state in a bead. */
  listRigs?(database: Database): Call
  /** Why nothing is started in the rig, as its bead says it. */
  readRig?(stdout: string, rig: Rig): Known<Restraint | undefined>
  /** Present: agents are brought up by gt; else by us, as their pane's own process. */
  readonly starts?: StartsByGt
  /** Work beads on hooks, of all agents in a database; undefined: the hook is a line of the agent's own bead. */
  listHooked?(database: Database): Call
  readHooked?(stdout: string): Known<readonly HookedBead[]>
  /** Requests to merge work that are not closed. */
  listMergeRequests(database: Database): Call
  readMergeRequests(stdout: string): Known<readonly MergeRequest[]>
  /** Whether the last that a polecat's session left behind is that its agent was ending its work itself. */
  leaveOf?(root: string, sessionName: string): Leave | undefined
  listAgents(database: Database): Call
  /** Rows of `listAgents` as beads; cannot tell when they are no rows. */
  readAgents(stdout: string, database: Database): Known<readonly AgentBead[]>
  listMail(root: string): Call
  readMail(stdout: string): Known<readonly Mail[]>
  /** Mail of anybody, closed mail too: to find out whether a notice went out. */
  listSent(root: string, to: string): Call
  readSent(stdout: string): Known<readonly SentMail[]>
  showBead(database: string, id: string): Call
  /** Several at once: those that bd does not know are not in the answer. */
  showBeads(database: string, ids: readonly string[]): Call
  /** Whether what bd printed says clearly that it knows no issue of exactly that id. */
  isUnknown(output: string, id: string): boolean
  /** All that `showBeads` printed, whatever was asked for. */
  readWorks(stdout: string): Known<readonly WorkBead[]>
  readAgent(stdout: string, id: string, database: string): Known<AgentBead | null>
  deleteMail(root: string, id: string): Call
  closeMail(root: string, id: string): Call
  /** Whether a failed delete or close means that the mail is gone already. */
  isGone(output: string): boolean
  /** Shares the issues of a work folder whose tree was just brought up to date; undefined: this kind of town needs no call for it. */
  syncCall?(folder: string): Call
  /** `file`: what holds the new description; on a command line everybody could read it. */
  describeBead(bead: AgentBead, file: string): Call
  sendMail(root: string, mail: { readonly to: string; readonly subject: string; readonly body: string }): Call
  /** The environment of every bd and gt of ours, made from the check's own. */
  childEnvironment(root: string, env: Environment): Readonly<Record<string, string>>
}

/** What a program is run with to make a call of a dialect, besides a deadline. */
export function commandOf(
  dialect: Dialect,
  call: Call,
  { root, env }: { readonly root: string; readonly env: Environment },
) {
  const { program, args, cwd } = call
  return { program, args, cwd, env: { ...dialect.childEnvironment(root, env), ...call.env } }
}
