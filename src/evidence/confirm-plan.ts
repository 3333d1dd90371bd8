import type { Action, Plan } from '../domain/action.js'
import { type Address, address } from '../domain/agent.js'
import { changesSession } from '../domain/plan.js'
import type { AgentSight, Snapshot } from '../domain/snapshot.js'
import type { Town } from '../town.js'
import { type Suspect, survivors } from './survivors.js'

/** The snapshot, where agents that a plan takes for gone are not: processes of them live elsewhere. The same snapshot where all is as the
 *  plan has it. Most checks plan nothing, and this costs them nothing. */
export async function confirmPlan(town: Town, snapshot: Snapshot, { actions }: Plan): Promise<Snapshot> {
  const { panes, agents } = snapshot
  const byAddress = new Map(agents.map((sight) => [sight.address, sight]))
  const suspects = new Map(actions.flatMap((action) => suspectsOf(action, byAddress)))
  if (!panes?.known || suspects.size === 0) return snapshot
  const place = { panes: panes.value, agents: agents.map(({ agent }) => agent), everywhere: true }
  const found = await survivors(town, [...suspects.values()], place)
  if (found.size === 0) return snapshot
  const blinded = [...found.values()].find(({ liveness }) => liveness.blind)?.liveness.because
  const spot = blinded === undefined ? [] : [{ what: 'processes of agents without a session', why: blinded }]
  return {
    ...snapshot,
    blindSpots: [...snapshot.blindSpots, ...spot],
    agents: agents.map((sight) => {
      const alive = found.get(sight.address)
      return alive === undefined ? sight : { ...sight, liveness: alive.liveness, survivor: alive.process }
    }),
  }
}

/** Whom an action takes for gone, or replaces. */
function suspectsOf(
  action: Action,
  sights: ReadonlyMap<Address, AgentSight>,
): readonly (readonly [Address, Suspect])[] {
  const sight = action.agent && sights.get(address(action.agent))
  if (sight === undefined || action.deferred || action.kind === 'close-mail') return []
  const { state } = sight.liveness
  const isGone = state === 'dead' || state === 'zombie'
  const isReplaced = changesSession(action) && action.kind !== 'shutdown'
  if (!isGone && !isReplaced) return []
  const stoodBeside = changesSession(action) && action.kind !== 'start' && action.session !== 'absent'
  return [[sight.address, { agent: sight.agent, byFolder: !stoodBeside }]]
}
