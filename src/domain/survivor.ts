import type { Address } from './agent.js'
import { addressIn, type Variables } from './agent-environment.js'
import { agentNameOf, agentProgramOf } from './agent-process.js'
import type { Known } from './known.js'
import type { AgentRecord } from './ledger.js'
import { judge } from './liveness.js'
import { ancestry, descendants, type ProcessTree } from './process-tree.js'
import type { Pane, Process } from './session.js'
import { shellOfProcess, taskOf } from './shells.js'

/** An agent of which a process may live outside of its session. */
export interface Wanted {
  readonly address: Address
  readonly sessionName: string
  /** Names that tell an agent of its role, see `agentNames`. */
  readonly names: readonly string[]
  /** What the ledger remembers of it. */
  readonly record: AgentRecord
  /** `<pid>@<start time>` of processes that were the agent. */
  readonly remembered: readonly string[]
  /** Its work folder, where nobody else works. */
  readonly folder: string | undefined
  /** A process with an agent's name that works there, and of which nothing says who it is, may be the agent. */
  readonly byFolder: boolean
}

/** What a process of this user shows of itself. */
export interface Shown {
  readonly pid: number
  readonly folder: string | undefined
  readonly variables: Variables
  /** It stands in this town, or its variables name this town. */
  readonly isOfTown: boolean
}

/** All processes and panes of one moment. */
export interface Machine {
  readonly now: number
  readonly grace: number
  /** Names of shells of this machine, see `shellNames`. */
  readonly shells: readonly string[]
  readonly panes: readonly Pane[]
  readonly processes: ProcessTree
  /** Empty where only remembered processes are looked for. */
  readonly shown: readonly Shown[]
  /** The session names of all agents of the town. */
  readonly sessionNames: ReadonlySet<string>
  /** The work folders of all agents of the town that have one of their own. */
  readonly folders: ReadonlySet<string>
}

/** A live process of an agent outside of the agent's session, and what shows that it is one. */
export interface Survivor {
  readonly process: Process
  /** The program's name. */
  readonly name: string
  readonly evidence: 'remembered' | 'variables' | 'folder'
  /** The pane in which it runs, where tmux shows one. */
  readonly pane: Pane | undefined
  /** That pane is all of its session. */
  readonly isAlone: boolean
}

/** Finds a live process of an agent outside of the agent's session; undefined: there is none. */
export function survivorOf(wanted: Wanted, machine: Machine): Survivor | undefined {
  const remembered = wanted.remembered.map((identity) => sameProcess(identity, machine)).filter(isDefined)
  const again = remembered.find((process) => !isIn(wanted, process, machine) && isAtWork(wanted, process, machine))
  if (again) {
    const name = agentNameOf(again, wanted.names) ?? again.comm
    return found({ process: again, name, evidence: 'remembered' }, machine)
  }
  for (const shown of machine.shown) {
    const process = machine.processes.byPid.get(shown.pid)
    const seen = process && evidenceIn(wanted, { shown, process }, machine)
    if (seen) return found(seen, machine)
  }
  return undefined
}

const isDefined = <T>(one: T | undefined): one is T => one !== undefined

function found(seen: Pick<Survivor, 'process' | 'name' | 'evidence'>, machine: Machine): Survivor {
  const [pane] = panesWith(seen.process, machine)
  const others = machine.panes.filter((one) => one.sessionId === pane?.sessionId && one.paneId !== pane?.paneId)
  return { ...seen, pane, isAlone: others.length === 0 }
}

/** A later process can have the same pid. */
function sameProcess(identity: string, { processes }: Machine): Process | undefined {
  const process = processes.byPid.get(Number.parseInt(identity, 10))
  const isSame = process !== undefined && identity === `${process.pid}@${process.startTime}`
  return isSame && process.state !== 'Z' ? process : undefined
}

/** The live panes in which a process runs: the same pane once for each session that shows it. */
function panesWith({ pid }: Process, { panes, processes }: Machine): readonly Pane[] {
  const line = ancestry(pid, (one) => processes.byPid.get(one))
  return panes.filter((pane) => !pane.dead && line.has(pane.pid))
}

const isIn = ({ sessionName }: Wanted, process: Process, machine: Machine): boolean =>
  panesWith(process, machine).some(({ session }) => session === sessionName)

/** Whether more than a shell that waits is left of a process that was an agent. */
function isAtWork({ names, record }: Wanted, process: Process, machine: Machine): boolean {
  const { panes, processes, now, grace, shells } = machine
  const its = panes.filter(({ pid, dead }) => pid === process.pid && !dead)
  if (its.length > 0) {
    const known: Known<ProcessTree> = { known: true, value: processes }
    return judge(its, { now, grace, names, shells, record, processes: known }).state !== 'zombie'
  }
  const all = [process, ...descendants(processes, process.pid)].filter(({ state }) => state !== 'Z')
  return all.some((one) => agentNameOf(one, names) !== undefined || !isWaitingShell(one, shells))
}

function isWaitingShell(process: Process, shells: readonly string[]): boolean {
  const shell = shellOfProcess(process, shells)
  return shell !== undefined && taskOf(shell).kind === 'prompt'
}

/** A process, and what it shows. */
interface Candidate {
  readonly shown: Shown
  readonly process: Process
}

/** What shows that a process is the agent. What it left behind of other programs, and a person's shell in its folder, are not. */
function evidenceIn(wanted: Wanted, { shown, process }: Candidate, machine: Machine) {
  const { variables, isOfTown, folder } = shown
  if (!isOfTown || process.state === 'Z') return undefined
  const name = agentProgramOf(process, [...wanted.names, ...programsIn(variables)])
  const named = addressIn(variables)
  const isElsewhere = folder !== wanted.folder && machine.folders.has(folder ?? '')
  const isNamed = named === wanted.address && !isElsewhere
  const isThere = wanted.byFolder && named === undefined && folder !== undefined && folder === wanted.folder
  if (name === undefined || (!isNamed && !isThere)) return undefined
  // In an agent's session it is that agent, or works for it.
  if (panesWith(process, machine).some(({ session }) => machine.sessionNames.has(session))) return undefined
  return { process, name, evidence: isNamed ? ('variables' as const) : ('folder' as const) }
}

/** Whether a process is any agent of the town; `names`: as in `Wanted`, for all roles. */
export const isAgentOfTown = ({ shown, process }: Candidate, names: readonly string[]): boolean =>
  shown.isOfTown && agentProgramOf(process, [...names, ...programsIn(shown.variables)]) !== undefined

/** The programs that a gt took for the agent's. */
const programsIn = (variables: Variables): readonly string[] =>
  [...(variables.get('GT_PROCESS_NAMES') ?? '').split(','), variables.get('GT_AGENT') ?? ''].filter(
    (name) => name !== '',
  )
