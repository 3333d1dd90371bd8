import { type Agent, address } from '../domain/agent.js'
import { agentNames } from '../domain/agent-process.js'
import { type Known, mapKnown } from '../domain/known.js'
import { recordOf } from '../domain/ledger.js'
import { needsProcesses } from '../domain/liveness.js'
import { ancestry, type ProcessTree, processTree } from '../domain/process-tree.js'
import type { Presence, Process, SessionIdentity, SessionSight } from '../domain/session.js'
import { type Looking, type Sighting, sightOf } from '../domain/session-sight.js'
import { confirmGone } from '../evidence/confirm-gone.js'
import { now } from '../ports/clock.js'
import { paneProcesses } from '../ports/pane-processes.js'
import { processOf } from '../ports/processes.js'
import { machineShells } from '../ports/shells.js'
import type { Performing } from './performing.js'

/** An agent's session as it is this moment: every deed looks once more right before it is done. An agent that looks gone is only where no
 *  process of it is found; `byFolder`: see `Suspect`. */
export async function lookAgain(performing: Performing, agent: Agent, byFolder = true): Promise<Sighting> {
  const { town, snapshot } = performing
  const { dialect, settings, tmux, commands } = town
  const name = dialect.sessionName(agent)
  const names = agentNames(settings, agent.role)
  const panes = await tmux.panes()
  const its = panes.known ? panes.value.filter(({ session, dead }) => session === name && !dead) : []
  const wanted = { pids: its.map(({ pid }) => pid), whole: needsProcesses(its, names) }
  const processes = mapKnown(await paneProcesses(commands, wanted), processTree)
  const sighting = sightOf(name, panes, lookingAt(performing, agent, processes))
  if (!panes.known) return sighting
  const agents = snapshot.agents.map((one) => one.agent)
  return confirmGone(town, { agent, byFolder }, { sighting, panes: panes.value, agents })
}

/** What an agent's session is judged with at this moment. */
export function lookingAt({ town }: Performing, agent: Agent, processes: Known<ProcessTree>): Looking {
  const { settings, ledger, env } = town
  return {
    now: now(),
    grace: settings.zombieGrace,
    names: agentNames(settings, agent.role),
    shells: machineShells(env),
    record: recordOf(ledger.current(), address(agent)),
    processes,
    ourselves: ourselves(),
  }
}

/** This check and everything above it, as far as this user may see. */
export const ourselves = (): ReadonlySet<number> => ancestry(process.pid, visible)

function visible(pid: number): Process | undefined {
  try {
    return processOf(pid)
  } catch {
    return undefined
  }
}

/** Whether the session that is there now is the one that was meant. A pane whose process has ended since, known to tmux or not yet,
 *  has no start to compare. */
export function isSameSession(meant: Presence, { identity, death }: SessionSight): boolean {
  if (meant === 'absent' || meant.serverPid !== identity.serverPid || meant.sessionId !== identity.sessionId)
    return false
  const hasEnded = death !== undefined || identity.paneStart.endsWith('@')
  return meant.paneStart === identity.paneStart || (hasEnded && pidOf(meant) === pidOf(identity))
}

const pidOf = ({ paneStart }: SessionIdentity): string => paneStart.slice(0, paneStart.indexOf('@'))
