import { agentNameOf, isAgentName, isBareShell, isShell } from './agent-process.js'
import type { Known } from './known.js'
import { carriesLaunchWords } from './launch.js'
import { descendants, type ProcessTree } from './process-tree.js'
import type { Liveness, Pane, Process } from './session.js'

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
  /** The processes of the panes; and, where `needsProcesses` said so, everything below them. */
  readonly processes: Known<ProcessTree>
}

/** Whether the process tree below a session has to be looked at: none of its panes shows by its command that an agent runs. */
export function needsProcesses(panes: readonly Pane[], names: readonly string[]): boolean {
  const living = panes.filter((pane) => !pane.dead)
  return living.length > 0 && !living.some((pane) => showsAgent(pane, names))
}

const showsAgent = ({ command, processNames }: Pane, names: readonly string[]): boolean =>
  isAgentName(command, names) || processNames.includes(command)

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
  const [first, ...others] = panes.map((pane) => judgePane(pane, judging))
  if (first === undefined) return { state: 'dead', because: 'it has no session', blind: false }
  return others.reduce((most, one) => (weights[one.state] < weights[most.state] ? one : most), first)
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
  const below = descendants(processes.value, pane.pid).filter(({ state }) => state !== 'Z')
  return judgeTree({ pane, own, below }, judging)
}

interface PaneTree {
  readonly pane: Pane
  /** The pane's own process. */
  readonly own: Process
  readonly below: readonly Process[]
}

function judgeTree({ pane, own, below }: PaneTree, judging: Judging): Liveness {
  const launching = carriesLaunchWords(own.argv)
  if (launching && judging.now - own.startedAt < launchPatience) {
    return { state: 'starting', because: 'its login shell has not become the agent yet', blind: false }
  }
  const all = [own, ...below]
  const names = [...judging.names, ...pane.processNames]
  const agent = all.map((process) => agentNameOf(process, names)).find((name) => name !== undefined)
  if (agent !== undefined) return alive(`${agent} runs in its pane`)
  const stopped = all.find(({ state }) => state === 'T' || state === 't')
  if (stopped) return alive(`${stopped.comm} is stopped in its pane`)
  const onlyShell = isShell(pane.command) && (launching || isBareShell(own)) && !below.some(runsScript)
  if (onlyShell) return empty(`only ${pane.command} runs in its pane`, { pane, own }, judging)
  return unknown(`${pane.command || own.comm} runs in its pane, and that is no agent known here`)
}

/** A shell below a shell that is at work on something: `pane_current_command` shows it like one that waits. */
const runsScript = (process: Process): boolean => isShell(process.argv[0] ?? process.comm) && !isBareShell(process)

interface EmptyPane {
  readonly pane: Pane
  /** The shell in it. */
  readonly own?: Process
}

/** A session without an agent: a zombie, or still within its grace time. Times in the future tell nothing, unless there is no other. */
function empty(because: string, { pane, own }: EmptyPane, { now, grace }: Judging): Liveness {
  const times = [pane.createdAt, pane.windowActivityAt, pane.deadAt, own?.startedAt].filter((at) => at !== undefined)
  const newest = Math.max(...times.filter((at) => at <= now))
  const waits = now - newest < grace || newest === -Infinity
  return { state: waits ? 'starting' : 'zombie', because, blind: false }
}

function howItDied({ deadStatus }: Pane): string {
  return deadStatus === undefined ? '' : ` (its process ended with exit code ${deadStatus})`
}
