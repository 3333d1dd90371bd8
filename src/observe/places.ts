import type { Agent } from '../domain/agent.js'
import type { AgentSight } from '../domain/snapshot.js'
import type { Doorstep } from '../town.js'
import { lookAtFolder } from './folder.js'
import type { Named } from './sessions.js'

/** What one agent's place in the town tells. */
type Place = Pick<AgentSight, 'folder' | 'leave'>

/** Looks at the folder where an agent works, and for the last word that it left: once, when it is first asked for. */
export type PlaceOf = (named: Named) => Place

/** The places of a town's agents. */
export function placesOf({ root, dialect }: Doorstep): PlaceOf {
  const seen = new Map<Agent, Place>()
  const look = ({ agent, sessionName }: Named): Place => ({
    folder: lookAtFolder(dialect.folder(root, agent), agent),
    leave: agent.role === 'polecat' ? dialect.leaveOf?.(root, sessionName) : undefined,
  })
  return (named) => {
    const place = seen.get(named.agent) ?? look(named)
    seen.set(named.agent, place)
    return place
  }
}
