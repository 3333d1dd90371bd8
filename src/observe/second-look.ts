import type { Database } from '../dialects/database.js'
import { rigOf } from '../domain/agent.js'
import { isStalledCandidate, needsWork } from '../domain/conditions.js'
import { beadOf } from '../domain/hook.js'
import { type Known, known } from '../domain/known.js'
import type { Pane } from '../domain/session.js'
import type {
  AgentSight,
  BlindSpot,
  PendingSpawn,
  Restraint,
  Snapshot,
  SpawnSight,
  WorkBead,
} from '../domain/snapshot.js'
import { now } from '../ports/clock.js'
import type { Tmux } from '../ports/tmux.js'
import type { Town } from '../town.js'
import { askClients } from './clients.js'
import { askDeliveries } from './deliveries.js'
import { askHookedWork } from './hooked-work.js'
import { askHooks } from './hooks.js'
import { watchPrompts } from './prompts.js'
import { askRigStates, type RigStates } from './rig-states.js'
import { serverAt } from './servers.js'

/** Each half of the second look, ms: every start must still have its deadline after it. */
const patience = 5000
/** What git tells of the work of polecats that are down, ms: hundreds of them may have died with their machine. */
const gitPatience = 15_000
/** Evidence: so many lines of so many stalled agents' panes. */
const tailLines = 20
const tails = 20

/** What the first look found, as far as it calls for a second one. */
export interface Found {
  readonly look: Pick<Snapshot, 'now' | 'settings' | 'steps' | 'ledger' | 'mail'>
  readonly sights: readonly AgentSight[]
  readonly panes: Known<readonly Pane[]>
  readonly databases: readonly Database[]
  readonly spawns: readonly PendingSpawn[]
}

/** By what the second look asks, where, and until when (epoch ms). */
export interface SecondQuestions extends Pick<Found, 'look' | 'databases'> {
  readonly until: number
}

/** What the second look adds. */
export interface SecondLook {
  readonly sights: readonly AgentSight[]
  readonly spawns: readonly SpawnSight[]
  readonly blindSpots: readonly BlindSpot[]
  readonly clients?: Snapshot['clients']
}

/** Looks once more where a finding needs it: the work on hooks, the state of rigs, the panes of the stalled, the prompts of new polecats,
 *  and whether the work of those that would be started is merged or submitted. */
export async function lookTwice(town: Town, found: Found): Promise<SecondLook> {
  const { look, databases } = found
  const more = { look, databases, until: now() + patience }
  const hooks = await askHooks(town, found.sights, more)
  const sights = found.sights.map((sight) => withHook(sight, hooks.get(sight.address)))
  const tmux = serverAt(town, town.tmux.socket, patience)
  const crashed = sights.filter((sight) => needsWork(sight, look))
  const beads = crashed.map(beadOf).filter((bead) => bead !== undefined)
  const stalled = sights.filter((sight) => isStalledCandidate(sight, look)).slice(0, tails)
  const [works, tailsOf, prompts, rigStates, clients] = await Promise.all([
    askHookedWork(town, beads, more),
    Promise.all(stalled.map(async (sight) => [sight.address, await tailOf(tmux, sight)] as const)),
    watchPrompts(found.spawns, { tmux, panes: found.panes, sights }),
    askRigStates(town, sights, more),
    askClients(town, sights, look.mail),
  ])
  const paneTails = new Map(tailsOf)
  const asked = new Set(crashed)
  const seen = sights.map((sight) => ({
    ...sight,
    work: asked.has(sight) ? works.get(beadOf(sight)?.hook ?? '') : workOf(sight),
    restraint: sight.restraint ?? ofRig(sight, rigStates),
    paneTail: paneTails.get(sight.address),
  }))
  const deliveries = await askDeliveries(town, seen, { ...more, until: now() + gitPatience })
  return {
    sights: seen.map((sight) => ({ ...sight, delivery: deliveries.get(sight.address) })),
    spawns: prompts,
    clients,
    blindSpots: [...rigStates].flatMap(([rig, state]) =>
      state.known ? [] : [{ what: `whether ${rig} is docked`, why: state.why }],
    ),
  }
}

const withHook = (sight: AgentSight, hooked: AgentSight['hooked']): AgentSight =>
  hooked === undefined ? sight : { ...sight, hooked }

/** Work that tells of its hook itself is not asked for again. */
const workOf = ({ hooked }: AgentSight): Known<WorkBead> | undefined =>
  hooked?.known && hooked.value !== null ? known(hooked.value) : undefined

/** Nothing is started in a rig of which nobody can tell whether it is docked. */
function ofRig({ agent }: AgentSight, states: RigStates): Restraint | undefined {
  const rig = rigOf(agent) ?? ''
  const state = states.get(rig)
  if (state === undefined || state.known) return state?.value
  return { kind: 'docked', because: `nobody can tell whether ${rig} is docked: ${state.why}` }
}

/** The last lines that say something. */
async function tailOf(tmux: Tmux, { sessionName }: AgentSight): Promise<string | undefined> {
  const text = await tmux.capture(sessionName, tailLines)
  return text.known ? text.value.trimEnd().split('\n').slice(-tailLines).join('\n') : undefined
}
