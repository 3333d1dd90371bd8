import type { Agent } from '../domain/agent.js'
import type { Known } from '../domain/known.js'
import type { AgentBead, Mail, Rig, Steps, WorkBead } from '../domain/snapshot.js'

/** A program's words and the folder to say them in. */
export interface Call {
  readonly program: 'bd' | 'gt'
  readonly args: readonly string[]
  readonly cwd: string
  /** Variables on top of `childEnvironment`. */
  readonly env?: Readonly<Record<string, string>>
}

/** A place that holds issues. */
export interface Database {
  /** The folder to run bd in: the parent of its `.beads`. */
  readonly folder: string
  /** Issue prefixes that live here, without the dash. */
  readonly prefixes: readonly string[]
  /** Rigs whose agents' beads could be here; empty: any rig's. */
  readonly rigs: readonly string[]
}

export interface DatabaseList {
  readonly databases: readonly Database[]
  /** Routes and folders that hold none: said with -v, not asked. */
  readonly skipped: readonly string[]
  /** Routes that are not followed, each with the reason: what lies behind them was not seen. */
  readonly complaints: readonly string[]
  /** Whether the town's own folder holds a database: without one nobody can have sent mail. */
  readonly holdsMail: boolean
}

/** The environment of whoever runs the check, or a part of it. */
export type Environment = Readonly<Record<string, string | undefined>>

/** How one kind of Gas Town names things, is asked, and is told. One value for each kind, chosen once. */
export interface Dialect {
  readonly name: 'classic' | 'current'
  /** Steps this kind of town has. */
  readonly steps: Steps
  sessionName(agent: Agent): string
  /** Every id form that an agent's bead may have, the likeliest first; compared exactly. */
  beadIds(agent: Agent, rig: Rig | undefined): readonly string[]
  /** The work folder, absolute. */
  folder(root: string, agent: Agent): string
  /** The file with the agent's `requesting_…` flags, absolute. */
  stateFile(root: string, agent: Agent): string | undefined
  /** Identity and settings an agent is started with; the same in its session and its process. */
  environment(root: string, agent: Agent): Readonly<Record<string, string>>
  databases(root: string, rigs: readonly Rig[]): Known<DatabaseList>
  /** Files that tell of activity in the town; the first that can be used counts. `env`: of whoever runs the check. */
  activityFiles(root: string, env?: Environment): readonly string[]
  listAgents(database: Database): Call
  /** Rows of `listAgents` as beads; cannot tell when they are no rows. */
  readAgents(stdout: string, database: Database): Known<readonly AgentBead[]>
  listMail(root: string): Call
  readMail(stdout: string): Known<readonly Mail[]>
  /** Mail of anybody, closed mail too: to find out whether a notice went out. */
  listSent(root: string, to: string): Call
  readSubjects(stdout: string): Known<readonly string[]>
  showBead(database: string, id: string): Call
  /** Several at once: those that bd does not know are not in the answer. */
  showBeads(database: string, ids: readonly string[]): Call
  /** The bead of exactly that id; null when bd knows none. */
  readWork(stdout: string, id: string): Known<WorkBead | null>
  /** All that `showBeads` printed, whatever was asked for. */
  readWorks(stdout: string): Known<readonly WorkBead[]>
  readAgent(stdout: string, id: string, database: string): Known<AgentBead | null>
  deleteMail(root: string, id: string): Call
  closeMail(root: string, id: string): Call
  /** Whether a failed delete or close means that the mail is gone already. */
  isGone(output: string): boolean
  /** Shares the issues of a work folder whose tree was just brought up to date; undefined: this kind of town needs no call for it. */
  syncCall?(folder: string): Call
  describeBead(bead: AgentBead, description: string): Call
  sendMail(root: string, mail: { readonly to: string; readonly subject: string; readonly body: string }): Call
  /** The environment of every bd and gt of ours, made from the check's own. */
  childEnvironment(root: string, env: Environment): Readonly<Record<string, string>>
}

/** Which database an id lives in by its prefix: the longest that fits. */
export function databaseOf(databases: readonly Database[], id: string): Database | undefined {
  const fitting = databases.flatMap((database) =>
    database.prefixes.filter((prefix) => id.startsWith(`${prefix}-`)).map((prefix) => ({ prefix, database })),
  )
  return fitting.reduce<(typeof fitting)[number] | undefined>(
    (best, one) => (best === undefined || one.prefix.length > best.prefix.length ? one : best),
    undefined,
  )?.database
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
