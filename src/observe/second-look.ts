import type { Database } from '../dialects/dialect.js'
import { beadOf, isStalledCandidate, needsWork } from '../domain/conditions.js'
import type { Known } from '../domain/known.js'
import type { Pane } from '../domain/session.js'
import type { AgentSight, PendingSpawn, Snapshot, SpawnSight } from '../domain/snapshot.js'
import { now } from '../ports/clock.js'
import type { Tmux } from '../ports/tmux.js'
import type { Town } from '../town.js'
import { askHookedWork } from './hooked-work.js'
import { watchPrompts } from './prompts.js'
import { serverAt } from './servers.js'

/** The whole second look, ms: every start must still have its deadline after it. */
const patience = 5000
/** Evidence: so many lines of so many stalled agents' panes. */
const tailLines = 20
const tails = 20

/** What the first look found, as far as it calls for a second one. */
export interface Found {
  readonly look: Pick<Snapshot, 'now' | 'settings' | 'mail'>
  readonly sights: readonly AgentSight[]
  readonly panes: Known<readonly Pane[]>
  readonly databases: readonly Database[]
  readonly spawns: readonly PendingSpawn[]
}

/** What the second look adds. */
export interface SecondLook {
  readonly sights: readonly AgentSight[]
  readonly spawns: readonly SpawnSight[]
}

/** Looks once more where a finding needs it: the work on hooks, the panes of the stalled, the prompts of new polecats. */
export async function lookTwice(town: Town, { look, sights, panes, databases, spawns }: Found): Promise<SecondLook> {
  const until = now() + patience
  const tmux = serverAt(town, town.tmux.socket, patience)
  const crashed = sights.filter((sight) => needsWork(sight, look))
  const beads = crashed.map(beadOf).filter((bead) => bead !== undefined)
  const stalled = sights.filter((sight) => isStalledCandidate(sight, look)).slice(0, tails)
  const [works, tailsOf, prompts] = await Promise.all([
    askHookedWork(town, beads, { databases, until }),
    Promise.all(stalled.map(async (sight) => [sight.address, await tailOf(tmux, sight)] as const)),
    watchPrompts(spawns, { tmux, panes, sights }),
  ])
  const paneTails = new Map(tailsOf)
  const asked = new Set(crashed)
  return {
    sights: sights.map((sight) => ({
      ...sight,
      work: asked.has(sight) ? works.get(beadOf(sight)?.hook ?? '') : undefined,
      paneTail: paneTails.get(sight.address),
    })),
    spawns: prompts,
  }
}

/** The last lines that say something. */
async function tailOf(tmux: Tmux, { sessionName }: AgentSight): Promise<string | undefined> {
  const text = await tmux.capture(sessionName, tailLines)
  return text.known ? text.value.trimEnd().split('\n').slice(-tailLines).join('\n') : undefined
}
