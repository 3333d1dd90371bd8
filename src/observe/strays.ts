import { type Agent, address, workerNameComplaint } from '../domain/agent.js'
import type { AgentBead, Rig } from '../domain/snapshot.js'
import type { Answered } from './databases.js'

/** The rigs of the town, and how its dialect writes the ids of an agent's bead. */
export interface IdForms {
  readonly rigs: readonly Rig[]
  readonly idsOf: (agent: Agent) => readonly string[]
}

/** Polecats that have a bead and are not among `agents`: of the rig that the bead names, when its id is one of the forms of that rig. */
export function polecatsWithoutFolder(
  agents: readonly Agent[],
  answers: readonly Answered[],
  { rigs, idsOf }: IdForms,
): readonly Agent[] {
  const strays = new Map(
    answers.flatMap(({ beads }) => (beads.known ? beads.value : [])).map((bead) => [bead.id, bead] as const),
  )
  for (const agent of agents) for (const id of idsOf(agent)) strays.delete(id)
  if (strays.size === 0) return []
  const there = new Set(agents.map(address))
  const starts = new Map(rigs.map(({ name }) => [name, idsOf({ role: 'polecat', rig: name, name: '' })]))
  const found = new Map<string, Agent>()
  for (const bead of strays.values()) {
    const agent = strayPolecat(bead, starts.get(bead.rig ?? '') ?? [])
    if (agent && !there.has(address(agent))) found.set(address(agent), agent)
  }
  return [...found.values()]
}

/** The polecat whose name is what follows the beginning of one of the id's forms. */
function strayPolecat({ id, rig = '' }: AgentBead, starts: readonly string[]): Agent | undefined {
  const names = starts.filter((start) => id.startsWith(start)).map((start) => id.slice(start.length))
  const name = names.find((one) => workerNameComplaint(one) === undefined)
  return name === undefined ? undefined : { role: 'polecat', rig, name }
}
