import type { Agent } from '../domain/agent.js'
import { known } from '../domain/known.js'
import type { AgentSight } from '../domain/snapshot.js'
import type { Doorstep } from '../town.js'
import { readFlags } from './flags.js'
import { lookAtFolder } from './folder.js'

/** What the files of one agent tell. */
type AgentPlace = Pick<AgentSight, 'sessionName' | 'folder' | 'flags' | 'stateFile' | 'leave'>

/** Reads each agent's own files when it is first asked for. */
export type PlaceOf = (agent: Agent) => AgentPlace

const noFlags = known(null)

/** Reads the files of these agents at once, while the programs that were asked are at work; those of others when they are asked for. */
export function readPlaces(town: Doorstep, agents: readonly Agent[]): PlaceOf {
  const read = new Map(agents.map((agent) => [agent, placeOf(town, agent)]))
  return (agent) => read.get(agent) ?? placeOf(town, agent)
}

function placeOf({ root, dialect }: Doorstep, agent: Agent): AgentPlace {
  const sessionName = dialect.sessionName(agent)
  const stateFile = dialect.stateFile(root, agent)
  return {
    sessionName,
    folder: lookAtFolder(dialect.folder(root, agent), agent),
    flags: stateFile === undefined ? noFlags : readFlags(stateFile),
    stateFile,
    leave: agent.role === 'polecat' ? dialect.leaveOf?.(root, sessionName) : undefined,
  }
}
