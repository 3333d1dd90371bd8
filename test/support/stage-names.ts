import { type Agent, address, parseAddress } from '../../src/domain/agent.js'

/** The agent of an address; a test that misspells one fails here. */
export function agentOf(who: string): Agent {
  const agent = parseAddress(who)
  if (!agent) throw new Error(`${who} is no address`)
  return agent
}

/** The session a classic town gives an agent, spelt out here so that the program's own naming is tested against it. */
export function sessionOf(agent: Agent): string {
  if ('name' in agent) {
    return agent.role === 'crew' ? `gt-${agent.rig}-crew-${agent.name}` : `gt-${agent.rig}-${agent.name}`
  }
  return 'rig' in agent ? `gt-${agent.rig}-${agent.role}` : `gt-${agent.role}`
}

/** Its work folder, below the town's root. */
export function folderOf(agent: Agent): string {
  if (agent.role === 'mayor') return '.'
  return agent.role === 'refinery' ? `${agent.rig}/refinery/rig` : address(agent)
}

/** The id of its bead in a rig whose prefix is `gt`. */
export function beadIdOf(agent: Agent): string {
  if ('name' in agent) return `gt-${agent.rig}-${agent.role}-${agent.name}`
  return 'rig' in agent ? `gt-${agent.rig}-${agent.role}` : `gt-${agent.role}`
}

/** The file with its request flags, below the town's root. */
export const stateFileOf = (agent: Agent): string => `${address(agent)}/state.json`
