import { type Database, databaseOf } from '../dialects/database.js'
import { type Agent, address, rigOf } from '../domain/agent.js'
import { cannotTell, type Known, known } from '../domain/known.js'
import type { AgentBead, Finding } from '../domain/snapshot.js'
import type { Answered } from './databases.js'

/** All agents' beads of the town, ready to be asked whose they are. */
export interface BeadBook {
  of(agent: Agent): Known<AgentBead | null>
  /** Beads of one agent that contradict each other. */
  readonly findings: readonly Finding[]
}

interface Book {
  /** Databases that are asked whatever the others know. */
  readonly homes: readonly Database[]
  /** Those that gave no answer. */
  readonly silent: readonly Silent[]
  readonly idsOf: (agent: Agent) => readonly string[]
  readonly beads: ReadonlyMap<string, readonly AgentBead[]>
  readonly owners: ReadonlyMap<string, readonly Agent[]>
}

interface Silent {
  readonly database: Database
  readonly why: string
}

/** Finds each agent's bead by exact id among what the databases answered. */
export function beadBook(agents: readonly Agent[], answers: readonly Answered[], idsOf: Book['idsOf']): BeadBook {
  const beads = new Map<string, AgentBead[]>()
  const owners = new Map<string, Agent[]>()
  for (const answer of answers)
    for (const bead of answer.beads.known ? answer.beads.value : []) add(beads, bead.id, bead)
  for (const agent of agents) for (const id of idsOf(agent)) if (beads.has(id)) add(owners, id, agent)
  const homes = answers.map(({ database }) => database).filter(({ isFallback }) => !isFallback)
  const silent = answers.flatMap(({ database, beads: list }) => (list.known ? [] : [{ database, why: list.why }]))
  const book = { homes, silent, idsOf, beads, owners }
  const candidates = new Map(agents.map((agent) => [agent, beadsOf(agent, book)]))
  return {
    of: (agent) => beadOf(agent, candidates.get(agent) ?? [], book),
    findings: agents.flatMap((agent) => contradictions(agent, candidates.get(agent) ?? [])),
  }
}

function add<T>(groups: Map<string, T[]>, key: string, value: T): void {
  const group = groups.get(key)
  if (group) group.push(value)
  else groups.set(key, [value])
}

function beadOf(agent: Agent, candidates: readonly AgentBead[], book: Book): Known<AgentBead | null> {
  const doubt = candidates.find((bead) => isAmbiguous(bead, book))
  if (doubt) return cannotTell(`the bead ${doubt.id} could be of several agents, and does not say of which`)
  const [found] = candidates
  const silent = book.silent.find(({ database }) => couldDecide(database, agent, found))
  return silent === undefined ? known(found ?? null) : cannotTell(silent.why)
}

/** The beads that may be this agent's, the likeliest first: in the order of the id forms, and where its id belongs by its prefix. */
function beadsOf(agent: Agent, { homes, idsOf, beads, owners }: Book): readonly AgentBead[] {
  const home = (id: string) => databaseOf(homes, id)?.folder
  const ids = idsOf(agent).filter((id) => beads.has(id))
  return ids.flatMap((id) => {
    const found = beads.get(id) ?? []
    const rivals = (owners.get(id)?.length ?? 0) > 1
    const mine = rivals ? found.filter((bead) => couldBe(bead, agent)) : found
    if (mine.length < 2) return mine
    return mine.toSorted((one, other) => Number(other.database === home(id)) - Number(one.database === home(id)))
  })
}

/** Whether what a bead says of itself does not speak against its being this agent's. */
const couldBe = ({ rig = '', role = '' }: AgentBead, agent: Agent): boolean =>
  (rig === '' || rig === rigOf(agent)) && (role === '' || role === agent.role)

const isAmbiguous = (bead: AgentBead, { owners }: Book): boolean =>
  (owners.get(bead.id) ?? []).filter((agent) => couldBe(bead, agent)).length > 1

/** Whether a database that gave no answer might know better: always when nothing was found; else only one that is the rig's own,
 *  and not asked merely because the others know too little. */
function couldDecide(database: Database, agent: Agent, found: AgentBead | undefined): boolean {
  const rig = rigOf(agent)
  if (database.isFallback) return found === undefined && rig !== undefined && database.rigs.includes(rig)
  if (rig === undefined || database.rigs.length === 0) return found === undefined
  return database.rigs.includes(rig)
}

function contradictions(agent: Agent, [first, ...others]: readonly AgentBead[]): readonly Finding[] {
  const other = others.find(({ hook, state }) => hook !== first?.hook || state !== first.state)
  if (first === undefined || other === undefined) return []
  const because = `${first.id} in ${first.database} says ${said(first)}, ${other.id} in ${other.database} says ${said(other)}; the first counts`
  return [
    {
      rule: 'looking',
      agent: address(agent),
      verdict: 'hook-conflict',
      because,
      evidence: { bead: first.id, database: first.database, other: other.id, otherDatabase: other.database },
      wantsPerson: false,
    },
  ]
}

const said = ({ state, hook }: AgentBead): string => `${state || 'no state'} with ${hook || 'nothing'} on its hook`
