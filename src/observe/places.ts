import type { Agent } from '../domain/agent.js'
import { known } from '../domain/known.js'
import type { AgentSight } from '../domain/snapshot.js'
import type { Doorstep } from '../town.js'
import { readFlags } from './flags.js'
import { lookAtFolder } from './folder.js'
import type { Named } from './sessions.js'

/** What the files of one agent tell. */
type Place = Pick<AgentSight, 'folder' | 'flags' | 'stateFile' | 'leave'>

/** Reads the files of an agent once, when it is first asked for. */
export type PlaceOf = (named: Named) => Place

const noFlags = known(null)

/** The places of a town's agents. */
export function placesOf(town: Doorstep): PlaceOf {
  const read = new Map<Agent, Place>()
  return (named) => {
    const place = read.get(named.agent) ?? placeOf(town, named)
    read.set(named.agent, place)
    return place
  }
}

function placeOf({ root, dialect }: Doorstep, { agent, sessionName }: Named): Place {
  const stateFile = dialect.stateFile(root, agent)
  return {
    folder: lookAtFolder(dialect.folder(root, agent), agent),
    flags: stateFile === undefined ? noFlags : readFlags(stateFile),
    stateFile,
    leave: agent.role === 'polecat' ? dialect.leaveOf?.(root, sessionName) : undefined,
  }
}
