import type { Agent } from '../domain/agent.js'
import { gt } from './calls.js'
import type { Call } from './dialect.js'

/** How gt says, with any exit code, that it found the session of whom it was to start. */
export const isThere = (output: string): boolean => /\balready running\b/.test(output)

/** What makes the session of an agent that has none. Never `restart`: that would end whatever stands there by then. */
export function startCall(root: string, agent: Agent): Call {
  switch (agent.role) {
    case 'deacon':
    case 'mayor':
      return gt(root, agent.role, 'start')
    case 'witness':
    case 'refinery':
      return gt(root, agent.role, 'start', agent.rig)
    case 'crew':
      return gt(root, 'crew', 'start', agent.rig, agent.name)
    case 'polecat':
      return gt(root, 'session', 'start', `${agent.rig}/${agent.name}`)
  }
}
