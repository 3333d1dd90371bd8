import type { Database } from '../dialects/database.js'
import { type Address, rigOf } from '../domain/agent.js'
import { needsHook } from '../domain/conditions.js'
import { beadOf } from '../domain/hook.js'
import { cannotTell, type Known, known } from '../domain/known.js'
import type { AgentSight, HookedBead } from '../domain/snapshot.js'
import { now } from '../ports/clock.js'
import type { Town } from '../town.js'
import { ask } from './ask.js'
import type { SecondQuestions } from './second-look.js'

type List = Known<readonly HookedBead[]>

/** What hangs on the hooks of those of whom a finding needs it, as the beads of the work tell; nobody where agents' own beads do. */
export async function askHooks(
  town: Town,
  sights: readonly AgentSight[],
  { look, databases, until }: SecondQuestions,
): Promise<ReadonlyMap<Address, Known<HookedBead | null>>> {
  const wanted = sights.filter((sight) => needsHook(sight, look))
  const asked = databases.filter((database) => wanted.some(({ agent }) => couldHold(database, rigOf(agent))))
  const lists = await Promise.all(
    asked.map(async (database) => [database, await listOf(town, database, until)] as const),
  )
  return new Map(wanted.map((sight) => [sight.address, hookedBy(sight, new Map(lists))]))
}

/** Work of a rig lies in its own database, that of several rigs in the town's. */
const couldHold = ({ rigs }: Database, rig: string | undefined): boolean =>
  rigs.length === 0 || (rig !== undefined && rigs.includes(rig))

async function listOf(town: Town, database: Database, until: number): Promise<List> {
  const call = town.dialect.listHooked?.(database)
  if (call === undefined) return known([])
  const { answer } = await ask(town, call, Math.max(1, until - now()))
  return answer.known ? (town.dialect.readHooked?.(answer.value) ?? known([])) : answer
}

/** Several may say that they hang on it: the one that its own bead names, else what was not begun yet. */
function hookedBy(sight: AgentSight, lists: ReadonlyMap<Database, List>): Known<HookedBead | null> {
  const its = [...lists].filter(([database]) => couldHold(database, rigOf(sight.agent))).map(([, list]) => list)
  const own = its.flatMap((list) => (list.known ? list.value : [])).filter(({ assignee }) => assignee === sight.address)
  const named =
    own.find(({ id }) => id === beadOf(sight)?.hook) ?? own.find(({ status }) => status === 'hooked') ?? own[0]
  const silent = its.find((list) => !list.known)
  if (named === undefined && silent?.known === false) return cannotTell(silent.why)
  return known(named ?? null)
}
