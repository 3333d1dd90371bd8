import { type Address, type Agent, address } from '../domain/agent.js'
import { agentNames } from '../domain/agent-process.js'
import { isUnfinished, recordOf } from '../domain/ledger.js'
import { blind, notOurs } from '../domain/liveness.js'
import { processTree } from '../domain/process-tree.js'
import type { Liveness, Pane, Process } from '../domain/session.js'
import { type Machine, survivorOf, type Wanted } from '../domain/survivor.js'
import { survivorText } from '../domain/survivor-text.js'
import { now } from '../ports/clock.js'
import { realPath } from '../ports/places.js'
import { allProcesses, mayRun, shownProcesses } from '../ports/processes.js'
import { machineShells } from '../ports/shells.js'
import type { Town } from '../town.js'
import { shownIn } from './shown.js'

/** An agent that is about to be taken for gone. */
export interface Suspect {
  readonly agent: Agent
  /** An agent's program in its work folder may be it, although nothing names it. Not so where its session stood beside that program. */
  readonly byFolder: boolean
  /** `<pid>@<start time>` of the process in its session. */
  readonly inSession?: string | undefined
}

/** Where a process of an agent may be found. */
export interface Place {
  readonly panes: readonly Pane[]
  /** Everybody in the town. */
  readonly agents: readonly Agent[]
  /** Also among processes that no check has seen as the agent; all of the machine's are read for it. */
  readonly everywhere: boolean
}

/** What is so of an agent instead of being gone: a process of it lives, or nobody can tell. `process`: which one. */
export interface Alive {
  readonly liveness: Liveness
  readonly process?: string
}

/** Finds, of agents that no session shows, those of which a process lives all the same. The cheap search reads a line of /proc for
 *  each that was remembered alive. */
export async function survivors(
  town: Town,
  suspects: readonly Suspect[],
  place: Place,
): Promise<ReadonlyMap<Address, Alive>> {
  const rememberedOf = remembering(town)
  const all = suspects.map((suspect) => ({
    suspect,
    remembered: rememberedOf(suspect.agent).filter((process) => process !== suspect.inSession),
  }))
  const asked = place.everywhere ? all : all.filter(({ remembered }) => remembered.some(mayRun))
  if (asked.length === 0) return new Map()
  const listed = await (place.everywhere ? shownProcesses : allProcesses)(town.commands)
  if (!listed.known) {
    const liveness = blind(listed.why)
    return new Map(asked.map(({ suspect }) => [address(suspect.agent), { liveness }]))
  }
  const machine = machineOf(town, place, listed.value)
  const found = asked.map(({ suspect, remembered }) => alive(town, wanted(town, suspect, remembered), machine))
  return new Map(found.filter((one) => one !== undefined))
}

function alive({ tmux }: Town, who: Wanted, machine: Machine): readonly [Address, Alive] | undefined {
  const survivor = survivorOf(who, machine)
  if (survivor === undefined) return undefined
  const { pid, startTime } = survivor.process
  const isTaken = machine.panes.some(({ session }) => session === who.sessionName)
  const liveness = notOurs(survivorText(survivor, { sessionName: who.sessionName, isTaken, socket: tmux.socket }))
  return [who.address, { liveness, process: `${pid}@${startTime}` }]
}

/** Tells which processes were an agent: by the last check or start, and by a request that was begun. */
function remembering({ ledger }: Town): (agent: Agent) => readonly string[] {
  const current = ledger.current()
  const claims = Object.values(current.claims).filter(isUnfinished)
  return (agent) => {
    const who = address(agent)
    const { process } = recordOf(current, who)
    const meant = claims.flatMap((claim) =>
      claim.address === who && claim.session !== 'absent' ? [claim.session.paneStart] : [],
    )
    return process === undefined ? meant : [process, ...meant]
  }
}

/** An agent's work folder; undefined where others work there too, as with the mayor of some towns, and a witness without a place of its own. */
function ownFolder({ root, dialect }: Town, agent: Agent): string | undefined {
  const folder = dialect.folder(root, agent)
  return folder.startsWith(`${root}/${address(agent)}`) ? (realPath(folder) ?? folder) : undefined
}

function wanted(town: Town, { agent, byFolder }: Suspect, remembered: readonly string[]): Wanted {
  const { settings, dialect, ledger } = town
  return {
    address: address(agent),
    sessionName: dialect.sessionName(agent),
    names: agentNames(settings, agent.role),
    record: recordOf(ledger.current(), address(agent)),
    remembered,
    folder: ownFolder(town, agent),
    byFolder,
  }
}

function machineOf(town: Town, { panes, agents, everywhere }: Place, processes: readonly Process[]): Machine {
  const { root, dialect, settings, env } = town
  return {
    now: now(),
    grace: settings.zombieGrace,
    shells: machineShells(env),
    panes,
    processes: processTree(processes),
    shown: everywhere ? shownIn(processes, root) : [],
    sessionNames: new Set(agents.map((agent) => dialect.sessionName(agent))),
    folders: new Set(everywhere ? agents.flatMap((agent) => ownFolder(town, agent) ?? []) : []),
  }
}
