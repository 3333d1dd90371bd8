import { cannotTell, type Known } from '../domain/known.js'
import type { ServerRecord } from '../domain/ledger.js'
import type { Pane } from '../domain/session.js'
import type { AgentSight } from '../domain/snapshot.js'
import { survivors } from '../evidence/survivors.js'
import { unreachableServer } from '../evidence/unreachable-server.js'
import { startOf } from '../ports/processes.js'
import type { Town } from '../town.js'

/** The panes that tmux has told; cannot tell where a server that may have more of this town's cannot be reached. */
export async function afterUnreachable(town: Town, panes: Known<readonly Pane[]>): Promise<Known<readonly Pane[]>> {
  const why = panes.known ? await unreachableServer(town, panes.value) : undefined
  return why === undefined ? panes : cannotTell(why)
}

/** An agent of which a process that a check saw before lives outside of its session is not understood, whatever its session shows. */
export async function withSurvivors(
  town: Town,
  sights: readonly AgentSight[],
  panes: Known<readonly Pane[]>,
): Promise<readonly AgentSight[]> {
  if (!panes.known) return sights
  const suspects = sights
    .filter(({ liveness: { state } }) => state !== 'unknown')
    .map(({ agent, session }) => ({ agent, byFolder: false, inSession: session?.identity.paneStart }))
  const agents = sights.map(({ agent }) => agent)
  const found = await survivors(town, suspects, { panes: panes.value, agents, everywhere: false })
  if (found.size === 0) return sights
  return sights.map((sight) => {
    const alive = found.get(sight.address)
    return alive === undefined ? sight : { ...sight, liveness: alive.liveness, survivor: alive.process }
  })
}

/** The tmux server that has these panes, to be known again when it cannot be reached. */
export function serverOf({ ledger, tmux }: Town, panes: Known<readonly Pane[]>): ServerRecord | undefined {
  const pid = panes.known ? panes.value[0]?.serverPid : undefined
  const before = ledger.current().server
  const startTime = pid === undefined ? undefined : startOf(pid, before?.pid === pid ? before.startTime : undefined)
  return pid === undefined || startTime === undefined ? before : { pid, startTime, socket: tmux.socket }
}
