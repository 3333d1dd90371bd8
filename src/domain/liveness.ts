import { agentNameOf, isAgentName } from './agent-process.js'
import type { Known } from './known.js'
import { carriesLaunchWords } from './launch.js'
import type { AgentRecord, StartRecord } from './ledger.js'
import { busyIn, canBeAgent, type PaneTree } from './pane-shell.js'
import { descendants, onTerminalOf, type ProcessTree } from './process-tree.js'
import type { Liveness, Pane, Process } from './session.js'
import { isShell, shellOfProcess, taskOf } from './shells.js'

/** How long the login shell of a start may read a profile before it counts as a shell without an agent. */
export const launchPatience = 10 * 60_000

/** What a session is judged with besides its panes. */
export interface Judging {
  /** Epoch ms. */
  readonly now: number
  /** How long an empty session is given before it is a zombie, ms. */
  readonly grace: number
  /** Names of the configuration that tell an agent of this role, see `agentNames`. */
  readonly names: readonly string[]
  /** Names of shells of this machine, see `shellNames`. */
  readonly shells: readonly string[]
  /** What earlier checks wrote down of this agent. */
  readonly record: Pick<AgentRecord, 'starts' | 'emptySince'>
  /** The processes of the panes; and, where `needsProcesses` said so, everything below them. */
  readonly processes: Known<ProcessTree>
}

/** Whether the process tree below a session has to be looked at: none of its panes shows by its command that an agent runs. */
export function needsProcesses(panes: readonly Pane[], names: readonly string[]): boolean {
  const living = agentPanes(panes).filter((pane) => !pane.dead)
  return living.length > 0 && !living.some((pane) => showsAgent(pane, names))
}

const isDeclared = ({ paneId, declaredPane }: Pane): boolean => paneId === declaredPane

/** The panes that may hold the agent of a session: the declared one, else all. */
function agentPanes(panes: readonly Pane[]): readonly Pane[] {
  const declared = panes.find(isDeclared)
  return declared === undefined ? panes : [declared]
}

/** The pane that a session is known by: the declared one, else the first. */
export const ownPane = (panes: readonly Pane[]): Pane | undefined => panes.find(isDeclared) ?? panes[0]

const showsAgent = ({ command, processNames }: Pane, names: readonly string[]): boolean =>
  !isShell(command) && isAgentName(command, [...names, ...processNames])

const alive = (because: string): Liveness => ({ state: 'alive', because, blind: false })
const unknown = (because: string, blind = false): Liveness => ({ state: 'unknown', because, blind })

/** Somebody could not be asked: nothing may follow from it. */
export const blind = (why: string): Liveness => unknown(why, true)

/** Something was seen that nobody may touch. */
export const notOurs = (because: string): Liveness => unknown(because)

/** Which of several panes decides: an agent in any of them makes its session alive, a doubt in any of them forbids to call it empty. */
const weights = { alive: 0, unknown: 1, starting: 2, zombie: 3, dead: 4 } as const

/** Judges a session by its panes (all of exactly one name); no pane: no session, dead. */
export function judge(panes: readonly Pane[], judging: Judging): Liveness {
  const [first, ...others] = agentPanes(panes).map((pane) => judgePane(pane, judging))
  if (first === undefined) return { state: 'dead', because: 'it has no session', blind: false }
  const found = others.reduce((most, one) => (weights[one.state] < weights[most.state] ? one : most), first)
  return (found.state === 'alive' ? declaredAndGone(panes) : undefined) ?? found
}

/** The declared pane of a session stands there no longer: an agent in another pane may be a helper of the one that is gone. */
function declaredAndGone(panes: readonly Pane[]): Liveness | undefined {
  const [{ declaredPane, session } = { declaredPane: '', session: '' }] = panes
  if (declaredPane === '' || panes.some(isDeclared)) return undefined
  const fix = `tmux set-environment -t ${session} -u GT_PANE_ID`
  return unknown(`its pane ${declaredPane} is gone; if the agent runs in another one: ${fix}`)
}

function judgePane(pane: Pane, judging: Judging): Liveness {
  if (pane.dead) return empty(`its pane is dead${howItDied(pane)}`, { pane }, judging)
  if (showsAgent(pane, judging.names)) return alive(`${pane.command} runs in its pane`)
  const { processes } = judging
  if (!processes.known) return blind(processes.why)
  const own = processes.value.byPid.get(pane.pid)
  // Another user's process may be hidden from us: not seen is not gone.
  if (own === undefined) return unknown('the process of its pane cannot be seen')
  if (own.state === 'Z') return empty('the process of its pane has ended', { pane }, judging)
  const others = new Set([...descendants(processes.value, pane.pid), ...onTerminalOf(processes.value, own)])
  return judgeTree(pane, { own, others: [...others].filter(({ state }) => state !== 'Z') }, judging)
}

function judgeTree(pane: Pane, tree: PaneTree, judging: Judging): Liveness {
  const { own, others } = tree
  const launching = carriesLaunchWords(own.argv)
  if (launching && judging.now - pastOf(own.startedAt, judging) < launchPatience) {
    return { state: 'starting', because: 'its login shell has not become the agent yet', blind: false }
  }
  const names = [...judging.names, ...pane.processNames]
  const agent = [own, ...others].map((process) => agentNameOf(process, names)).find((name) => name !== undefined)
  if (agent !== undefined) return alive(`${agent} runs in its pane`)
  if (isStarted(pane, own, judging)) return alive(`${own.comm} runs in its pane, started as the agent`)
  const busy = launching ? busyProfile(pane, tree) : busyIn(tree, judging.shells)
  if (busy.length === 0) return empty(`only ${shellNameOf(own)} runs in its pane`, { pane, own }, judging)
  const shown = [...new Set(busy.map(nameOf))].slice(0, 3).join(', ')
  return unknown(`its pane runs ${shown}, which is not a known agent (agentNames can name it)`)
}

/** Whether a check started this very process as the agent, by whatever name it goes. */
function isStarted(pane: Pane, own: Process, { record, shells }: Judging): boolean {
  const paneStart = `${own.pid}@${own.startTime}`
  const isIts = ({ outcome, identity }: StartRecord) =>
    outcome === 'started' && identity?.serverPid === pane.serverPid && identity.paneStart === paneStart
  return record.starts.some(isIts) && !carriesLaunchWords(own.argv) && canBeAgent(own, shellOfProcess(own, shells))
}

/** What the profile of a start's login shell runs, unless it is the profile itself that does not end. */
function busyProfile({ command }: Pane, { own, others }: PaneTree): readonly Process[] {
  const scripts = others.filter(runsScript)
  if (isShell(command)) return scripts
  return others.length > 0 ? others : [own]
}

function runsScript(process: Process): boolean {
  const shell = shellOfProcess(process, [])
  return shell !== undefined && taskOf(shell).kind !== 'prompt'
}

const shellNameOf = (process: Process): string => shellOfProcess(process, [])?.name ?? process.comm

/** The script of a shell that runs one, else the short name. */
function nameOf(process: Process): string {
  const shell = shellOfProcess(process, [])
  const task = shell && taskOf(shell)
  return task?.kind === 'script' ? task.script : process.comm
}
interface EmptyPane {
  readonly pane: Pane
  /** The shell in it. */
  readonly own?: Process
}

/** A session without an agent: a zombie, or still within its grace time. */
function empty(because: string, { pane, own }: EmptyPane, judging: Judging): Liveness {
  const times = [pane.createdAt, pane.windowActivityAt, pane.deadAt, own?.startedAt].filter((at) => at !== undefined)
  const newest = Math.max(...times.map((at) => pastOf(at, judging)))
  return { state: judging.now - newest < judging.grace ? 'starting' : 'zombie', because, blind: false }
}

/** A moment that lies in the future, since the clock was ahead then, counts as the one at which a check first saw the session so. */
const pastOf = (at: number, { now, record }: Judging): number =>
  at <= now ? at : Math.min(record.emptySince ?? now, now)

function howItDied({ deadStatus }: Pane): string {
  return deadStatus === undefined ? '' : ` (its process ended with exit code ${deadStatus})`
}
