import { type Agent, address, rigOf } from '../domain/agent.js'
import type { whosePlaceMatters } from '../domain/conditions.js'
import type { Known } from '../domain/known.js'
import type { AgentSight, BlindSpot, Restraint, Rig } from '../domain/snapshot.js'
import type { Town } from '../town.js'
import { type BeadBook, beadBook } from './beads.js'
import type { Answered, Issues } from './databases.js'
import type { PlaceOf } from './places.js'
import { type Restraints, restraintOf } from './restraints.js'
import type { Named, SeenSessions } from './sessions.js'
import { polecatsWithoutFolder } from './strays.js'

/** Everybody of the town, and their beads. */
export interface Everybody {
  readonly named: readonly Named[]
  readonly book: BeadBook
}

/** Who was found by their folders, and what the databases answered. */
export interface Population {
  readonly agents: readonly Agent[]
  readonly rigs: readonly Rig[]
  readonly answers: Issues['answers']
}

/** The agents that have a place in the town and the polecats that only have a bead, each with the session name it must have. */
export function everybody({ dialect }: Town, { agents, rigs, answers }: Population): Everybody {
  const rigNamed = new Map(rigs.map((rig) => [rig.name, rig]))
  const idsOf = remembered((agent) => dialect.beadIds(agent, rigNamed.get(rigOf(agent) ?? '')))
  const answered: readonly Answered[] = answers.known ? answers.value : []
  const strays = polecatsWithoutFolder(agents, answered, { rigs, idsOf })
  const name = (isStray: boolean) => (agent: Agent) => ({ agent, isStray, sessionName: dialect.sessionName(agent) })
  const book = beadBook([...agents, ...strays], answered, idsOf)
  return {
    named: [...agents.map(name(false)), ...strays.map(name(true))],
    book: answers.known ? book : { of: () => answers, findings: [] },
  }
}

/** The ids are asked for more than once; there may be thousands of agents. */
function remembered(idsOf: (agent: Agent) => readonly string[]): (agent: Agent) => readonly string[] {
  const before = new Map<Agent, readonly string[]>()
  return (agent) => {
    const ids = before.get(agent) ?? idsOf(agent)
    before.set(agent, ids)
    return ids
  }
}

/** Puts together what is known of an agent; the second look adds its work and its pane. */
export function sightOfAgent(town: Town, named: Named, known: Seen): AgentSight {
  const { agent, sessionName } = named
  const { liveness, session } = known.sessions(named)
  const bead = known.book.of(agent)
  const whoAndHow = { agent, address: address(agent), liveness, bead }
  const place = known.doesPlaceMatter(whoAndHow) ? known.placeOf(named) : undefined
  // Word by word: spread, each of thousands takes up a kilobyte.
  return {
    agent,
    address: whoAndHow.address,
    liveness,
    bead,
    sessionName,
    session,
    folder: place?.folder,
    flags: place?.flags,
    stateFile: place?.stateFile,
    restraint:
      restraintOf(whoAndHow, known.restraints, town.ledger.current()) ?? withoutIssues(town, whoAndHow, known.unheard),
    work: undefined,
    leave: place?.leave,
    paneTail: undefined,
  }
}

/** Where nobody can do anything without the issues: that those, or this agent's own bead, cannot be asked. */
function withoutIssues({ dialect }: Town, { bead }: Pick<AgentSight, 'bead'>, unheard?: string): Restraint | undefined {
  const why = unheard ?? (bead.known ? undefined : bead.why)
  if (!dialect.steps.needsIssues || why === undefined) return undefined
  return { kind: 'blind', because: `nobody is started while the issues cannot be asked: ${why}` }
}

/** What was found out about all agents at once. */
export interface Seen {
  readonly sessions: SeenSessions
  readonly book: BeadBook
  readonly restraints: Restraints
  readonly placeOf: PlaceOf
  readonly doesPlaceMatter: ReturnType<typeof whosePlaceMatters>
  /** Why the town's own issues could not all be asked. */
  readonly unheard?: string | undefined
}

/** What could not be seen: the sessions or what runs in them, and folders and state files of single agents. */
export function blindSpotsOf(sights: readonly AgentSight[], panes: Known<unknown>): readonly BlindSpot[] {
  const hidden = sights.find(({ liveness }) => liveness.blind)?.liveness
  return [
    ...spot('the sessions', panes),
    ...(panes.known && hidden ? [{ what: 'what runs in the sessions', why: hidden.because }] : []),
    ...sights.flatMap(({ address, folder }) => spot(`the work folder of ${address}`, folder)),
    ...sights.flatMap(({ address, flags }) => spot(`the state file of ${address}`, flags)),
  ]
}

/** What an answer leaves unseen; one that nobody asked for, nothing. */
export const spot = (what: string, answer: Known<unknown> | undefined): readonly BlindSpot[] =>
  answer === undefined || answer.known ? [] : [{ what, why: answer.why }]
