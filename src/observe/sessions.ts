import { type Agent, address, type Role } from '../domain/agent.js'
import { agentNames } from '../domain/agent-process.js'
import { type Known, mapKnown } from '../domain/known.js'
import { type AgentRecord, recordOf } from '../domain/ledger.js'
import { blind, needsProcesses, notOurs } from '../domain/liveness.js'
import { ancestry, type ProcessTree, processTree } from '../domain/process-tree.js'
import type { Pane, Process } from '../domain/session.js'
import { type Looking, type Sighting, sightOfPanes } from '../domain/session-sight.js'
import type { Settings } from '../domain/settings.js'
import { now as clock } from '../ports/clock.js'
import { paneProcesses } from '../ports/pane-processes.js'
import { processOf } from '../ports/processes.js'
import { machineShells } from '../ports/shells.js'
import type { Doorstep, Town } from '../town.js'
import type { Whose } from './whose.js'

/** An agent and the name its session must have. */
export interface Named {
  readonly agent: Agent
  readonly sessionName: string
  /** Nobody can start it: it takes no name away from one that has a place in the town. */
  readonly isStray: boolean
}

/** What the agents' sessions are looked for in. */
export interface Sessions {
  readonly panes: Known<readonly Pane[]>
  readonly whose: (pane: Pane) => Whose
}

/** Agents' sessions in one answer of tmux, and the processes in them. */
export interface ReadSessions {
  readonly panes: readonly Pane[]
  readonly groups: ReadonlyMap<string, readonly Pane[]>
  /** Whose processes were read. */
  readonly names: ReadonlySet<string>
  readonly processes: Known<ProcessTree>
  /** Names of this machine's shells, if whole trees were read. */
  readonly shells: readonly string[]
  /** Epoch ms. */
  readonly at: number
}

/** Processes that were read longer ago, milliseconds, are read again: bd may have taken its time. */
const fresh = 1000

/** Reads the processes in the sessions of these agents: once, whole trees only where a pane does not answer by its command. */
export async function readSessions(
  { settings, commands, env }: Doorstep,
  named: readonly Named[],
  panes: readonly Pane[],
): Promise<ReadSessions> {
  const groups = groupPanes(panes)
  const namesOf = namesByRole(settings)
  const relevant = named.flatMap(({ agent, sessionName }) => {
    const group = groups.get(sessionName)
    return group === undefined ? [] : [{ names: namesOf(agent.role), group }]
  })
  const whole = relevant.some(({ names, group }) => needsProcesses(group, names))
  const pids = relevant.flatMap(({ group }) => group.filter(({ dead }) => !dead).map(({ pid }) => pid))
  const processes = mapKnown(await paneProcesses(commands, { pids, whole }), processTree)
  const names = new Set(named.map(({ sessionName }) => sessionName))
  return { panes, groups, names, processes, shells: whole ? machineShells(env) : [], at: clock() }
}

/** Sees every agent's session; `early`: what was read already, taken where it is of the same panes, of all that are there, and of
 *  this moment. */
export async function seeSessions(
  town: Town,
  named: readonly Named[],
  { panes, whose, early }: Sessions & { readonly early?: ReadSessions | undefined },
  now: number,
): Promise<SeenSessions> {
  const { settings, dialect, ledger } = town
  if (!panes.known) return () => ({ liveness: blind(panes.why), session: undefined })
  const isRead = ({ sessionName }: Named) => early?.names.has(sessionName) || !early?.groups.has(sessionName)
  const isFresh = early !== undefined && Math.abs(now - early.at) <= fresh
  const isWhole = early?.panes === panes.value && named.every(isRead)
  const { groups, processes, shells } = isFresh && isWhole ? early : await readSessions(town, named, panes.value)
  const shared = { now, grace: settings.zombieGrace, processes, shells, ourselves: ourselves(processes) }
  const complaintOf = (agent: Agent) => dialect.nameComplaint?.(agent)
  const recorded = (agent: Agent) => recordOf(ledger.current(), address(agent))
  return judged(named, { groups, whose, shared, namesOf: namesByRole(settings), recorded, complaintOf })
}

/** There may be thousands of agents, and there are six roles. */
function namesByRole(settings: Settings): (role: Role) => readonly string[] {
  const before = new Map<Role, readonly string[]>()
  return (role) => {
    const names = before.get(role) ?? agentNames(settings, role)
    before.set(role, names)
    return names
  }
}

/** What was seen of an agent. */
export type SeenSessions = (named: Named) => Sighting

function groupPanes(panes: readonly Pane[]): ReadonlyMap<string, readonly Pane[]> {
  const groups = new Map<string, Pane[]>()
  for (const pane of panes) {
    const group = groups.get(pane.session)
    if (group) group.push(pane)
    else groups.set(pane.session, [pane])
  }
  return groups
}

/** This check and everything above it; a process that nobody can tell ends the line. */
function ourselves(processes: Known<ProcessTree>): ReadonlySet<number> {
  const find = (pid: number) => (processes.known ? (processes.value.byPid.get(pid) ?? visible(pid)) : undefined)
  return ancestry(process.pid, find)
}

function visible(pid: number): Process | undefined {
  try {
    return processOf(pid)
  } catch {
    return undefined
  }
}

interface Judged {
  readonly groups: ReadonlyMap<string, readonly Pane[]>
  readonly whose: (pane: Pane) => Whose
  readonly shared: Omit<Looking, 'names' | 'record'>
  readonly namesOf: (role: Role) => readonly string[]
  readonly recorded: (agent: Agent) => AgentRecord
  /** Why nobody can tell whose a session of its name is. */
  readonly complaintOf: (agent: Agent) => string | undefined
}

function judged(
  named: readonly Named[],
  { groups, whose, shared, namesOf, recorded, complaintOf }: Judged,
): SeenSessions {
  const bearers = new Map<string, number>()
  for (const { sessionName, isStray } of named) {
    if (!isStray) bearers.set(sessionName, (bearers.get(sessionName) ?? 0) + 1)
  }
  return ({ agent, sessionName, isStray }) => {
    if ((bearers.get(sessionName) ?? 0) + Number(isStray) > 1) {
      return { liveness: notOurs(`two agents would have the session name ${sessionName}`), session: undefined }
    }
    const complaint = complaintOf(agent)
    if (complaint !== undefined) return { liveness: notOurs(complaint), session: undefined }
    const group = groups.get(sessionName) ?? []
    const foreign = group.find((pane) => whose(pane) === "another town's")
    if (foreign)
      return { liveness: notOurs(`its session name is taken by another town, in ${foreign.path}`), session: undefined }
    return sightOfPanes(group, { ...shared, names: namesOf(agent.role), record: recorded(agent) })
  }
}

/** How many sessions of this town there are. */
export function countSessions({ panes, whose }: Sessions, names: ReadonlySet<string>): number {
  if (!panes.known) return 0
  const ours = panes.value.filter((pane) => names.has(pane.session) && whose(pane) !== "another town's")
  return new Set(ours.map(({ session }) => session)).size
}
