import { type Agent, rigOf } from '../domain/agent.js'
import type { Rig } from '../domain/snapshot.js'
import type { Town } from '../town.js'
import { askAgents, type Issues, silence } from './databases.js'

/** Who works in the town, and in which rigs. */
interface Everybody {
  readonly agents: readonly Agent[]
  readonly rigs: readonly Rig[]
}

/** Asks the databases that hold agents only in some towns: those of whose rigs somebody has no bead in any other. Where the
 *  others gave no answer nobody is missed. */
export async function askFallbacks(town: Town, issues: Issues, everybody: Everybody): Promise<Issues> {
  const { answers, databases } = issues
  const fallbacks = databases.filter(({ isFallback }) => isFallback)
  if (fallbacks.length === 0 || !answers.known || answers.value.some(({ beads }) => !beads.known)) return issues
  const ids = new Set(answers.value.flatMap(({ beads }) => (beads.known ? beads.value.map(({ id }) => id) : [])))
  const missed = rigsMissed(town, everybody, ids)
  const asked = fallbacks.filter(({ rigs }) => rigs.some((rig) => missed.has(rig)))
  const more = await Promise.all(asked.map((database) => askAgents(town, database)))
  return {
    ...issues,
    answers: { known: true, value: [...answers.value, ...more] },
    blindSpots: [...issues.blindSpots, ...more.flatMap(silence)],
  }
}

/** The rigs one of whose agents has no bead; nobody goes by what the bead of a crew member says. */
function rigsMissed({ dialect }: Town, { agents, rigs }: Everybody, ids: ReadonlySet<string>): ReadonlySet<string> {
  const named = new Map(rigs.map((rig) => [rig.name, rig]))
  const idsOf = (agent: Agent) => dialect.beadIds(agent, named.get(rigOf(agent) ?? ''))
  const missed = agents.filter((agent) => agent.role !== 'crew' && !idsOf(agent).some((id) => ids.has(id)))
  return new Set(missed.map((agent) => rigOf(agent) ?? ''))
}
