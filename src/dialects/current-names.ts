import { basename } from 'node:path'
import { type Agent, address } from '../domain/agent.js'
import { fingerprint } from '../domain/fingerprint.js'
import type { Rig } from '../domain/snapshot.js'
import { isFolder } from '../ports/folders.js'
import type { Environment } from './dialect.js'

/** The prefix of the town's own agents, and the one gt gives to a rig that has none. */
const townPrefix = 'hq'
const rigPrefix = 'gt'

/** Whose session names begin with what. */
type Prefixed = Pick<Rig, 'prefix' | 'writtenPrefix'>

/** What gt writes before the dash in a rig's session names: the prefix exactly as it is written down. */
const sessionPrefix = (rig: Prefixed | undefined): string => rig?.writtenPrefix ?? rig?.prefix ?? rigPrefix

/** `hq-deacon`, `<prefix>-witness`, `<prefix>-crew-<name>`, `<prefix>-<name>` for a polecat. */
export function sessionName(agent: Agent, rig: Prefixed | undefined): string {
  switch (agent.role) {
    case 'deacon':
    case 'mayor':
      return `${townPrefix}-${agent.role}`
    case 'witness':
    case 'refinery':
      return `${sessionPrefix(rig)}-${agent.role}`
    case 'crew':
      return `${sessionPrefix(rig)}-crew-${agent.name}`
    case 'polecat':
      return `${sessionPrefix(rig)}-${agent.name}`
  }
}

/** Names that gt takes for a town's own agents before it thinks of a rig that has the town's prefix. */
const townOwn = /^hq-(deacon|mayor|boot|overseer|dog-.*)$/
/** What gt accepts as a session's name. */
const legalName = /^[A-Za-z0-9_-]+$/

/** Why gt itself would take a session of this agent's name for another's, or make none. */
export function nameComplaint(agent: Agent, rig: Prefixed | undefined): string | undefined {
  if (agent.role === 'deacon' || agent.role === 'mayor') return undefined
  const name = sessionName(agent, rig)
  if (!legalName.test(name)) return `gt makes no session of the name ${JSON.stringify(name)}`
  if (townOwn.test(name)) return `gt takes the session ${name} for one of the town's own`
  const isCrewLike = agent.role === 'polecat' && agent.name.startsWith('crew-')
  return isCrewLike ? `gt takes the session ${name} for a crew member's` : undefined
}

/** The ids of an agent's bead: with each prefix that is written down for its rig, and without the rig where it reads the same. */
export function beadIds(agent: Agent, prefixes: readonly string[]): readonly string[] {
  if (!('rig' in agent)) return [`${townPrefix}-${agent.role}`]
  const words = 'name' in agent ? `${agent.role}-${agent.name}` : agent.role
  const all = prefixes.length === 0 ? [rigPrefix] : prefixes
  return all.map((prefix) => (prefix === agent.rig ? `${prefix}-${words}` : `${prefix}-${agent.rig}-${words}`))
}

/** The id of a rig's own bead. */
export const rigBeadId = (rig: string, prefix: string): string => `${prefix}-rig-${rig}`

/** Where gt lets an agent work: a clone where it makes one, else the agent's place in its rig. */
export function workFolder(root: string, agent: Agent): string {
  // Put together for thousands: `join` takes longer than looking there.
  const own = `${root}/${address(agent)}`
  if (agent.role === 'refinery') return `${own}/rig`
  if (agent.role === 'polecat') return firstFolder([`${own}/${agent.rig}`], own)
  return agent.role === 'witness' ? firstFolder([`${own}/rig`, own], `${root}/${agent.rig}`) : own
}

const firstFolder = (folders: readonly string[], otherwise: string): string => folders.find(isFolder) ?? otherwise

/** The town's tmux socket: `GT_TMUX_SOCKET` where it names one, else made of the town's path. */
export function socketName(root: string, env: Environment): string {
  const named = env['GT_TMUX_SOCKET'] ?? ''
  if (named !== '' && named !== 'default' && named !== 'auto') return named
  return `${plainName(basename(root))}-${fingerprint(root).slice(0, 6)}`
}

const plainName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '') || 'default'
