import { join } from 'node:path'
import { type Agent, address } from '../domain/agent.js'
import type { Rig } from '../domain/snapshot.js'

/** `gt-deacon`, `gt-<rig>-witness`, `gt-<rig>-crew-<name>`, `gt-<rig>-<name>` for a polecat. */
export function sessionName(agent: Agent): string {
  return agent.role === 'polecat' ? `gt-${agent.rig}-${agent.name}` : `gt-${idWords(agent)}`
}

/** The words of an agent's bead id behind its prefix, in the form gt writes. */
function idWords(agent: Agent): string {
  switch (agent.role) {
    case 'deacon':
    case 'mayor':
      return agent.role
    case 'witness':
    case 'refinery':
      return `${agent.rig}-${agent.role}`
    case 'crew':
    case 'polecat':
      return `${agent.rig}-${agent.role}-${agent.name}`
  }
}

/** Every form of the id: gt's prefix or the rig's own, and for a polecat the older order of words too. */
export function beadIds(agent: Agent, rig: Rig | undefined): readonly string[] {
  const own = 'rig' in agent ? rig?.prefix : undefined
  const prefixes = own && own !== 'gt' ? ['gt', own] : ['gt']
  const older = agent.role === 'polecat' ? [`polecat-${agent.rig}-${agent.name}`] : []
  return [idWords(agent), ...older].flatMap((words) => prefixes.map((prefix) => `${prefix}-${words}`))
}

/** Where an agent works: the mayor in the town itself, a refinery in its clone, everybody else in a folder of their own. */
export function workFolder(root: string, agent: Agent): string {
  if (agent.role === 'mayor') return root
  return agent.role === 'refinery' ? join(root, agent.rig, 'refinery', 'rig') : `${root}/${address(agent)}`
}

/** `state.json` in the agent's place. */
export const stateFile = (root: string, agent: Agent): string => `${root}/${address(agent)}/state.json`

/** Who an agent is, for gt and bd: what the original exports, in its canonical forms. */
export function identity(root: string, agent: Agent): Readonly<Record<string, string>> {
  const { role } = agent
  const who = { GT_ROLE: role, ...('rig' in agent ? { GT_RIG: agent.rig } : {}) }
  const actor = { BD_ACTOR: address(agent) }
  if (agent.role === 'crew') return { ...who, GT_CREW: agent.name, ...actor }
  if (agent.role !== 'polecat') return { ...who, ...actor }
  return {
    ...who,
    GT_POLECAT: agent.name,
    ...actor,
    BEADS_DIR: join(root, agent.rig, '.beads'),
    BEADS_NO_DAEMON: '1',
    BEADS_AGENT_NAME: `${agent.rig}/${agent.name}`,
  }
}
