/** The deacon or the mayor: one of each in a town. */
interface TownAgent {
  readonly role: 'deacon' | 'mayor'
}
/** The witness or the refinery of a rig: one of each in a rig. */
interface RigAgent {
  readonly role: 'witness' | 'refinery'
  readonly rig: string
}
/** A named worker of a rig: a person's crew member or a polecat. */
export interface Worker {
  readonly role: 'crew' | 'polecat'
  readonly rig: string
  readonly name: string
}
/** Who works in the town. */
export type Agent = TownAgent | RigAgent | Worker
export type Role = Agent['role']

/** An agent's address in reports, the ledger and stand-downs: `deacon`, `<rig>/witness`, `<rig>/polecats/<name>`. */
export type Address = string

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*$/
const RESERVED_WORKERS = new Set(['witness', 'refinery'])

/** Why `name` cannot be a rig's name, or undefined when it can. Only such names reach a program or a path. */
export function rigNameComplaint(name: string): string | undefined {
  if (NAME.test(name)) return undefined
  return `${JSON.stringify(name)} is no rig name: letters, digits, _ and - only, beginning with a letter or digit`
}

/** Why `name` cannot be a crew member's or polecat's name, or undefined when it can. */
export function workerNameComplaint(name: string): string | undefined {
  if (!NAME.test(name)) {
    return `${JSON.stringify(name)} is no worker name: letters, digits, _ and - only, beginning with a letter or digit`
  }
  if (RESERVED_WORKERS.has(name)) return `${JSON.stringify(name)} is a role of its own and cannot be a worker's name`
  return undefined
}

/** `deacon`, `mayor`, `<rig>/witness`, `<rig>/refinery`, `<rig>/crew/<name>`, `<rig>/polecats/<name>`. */
export function address(agent: Agent): Address {
  switch (agent.role) {
    case 'deacon':
    case 'mayor':
      return agent.role
    case 'witness':
    case 'refinery':
      return `${agent.rig}/${agent.role}`
    case 'crew':
      return `${agent.rig}/crew/${agent.name}`
    case 'polecat':
      return `${agent.rig}/polecats/${agent.name}`
  }
}

/** The agent of a canonical address, or undefined when it is none or a name in it is not allowed. */
export function parseAddress(text: string): Agent | undefined {
  const [first = '', second, third, ...rest] = text.split('/')
  if (rest.length > 0) return undefined
  if (second === undefined) return first === 'deacon' || first === 'mayor' ? { role: first } : undefined
  if (rigNameComplaint(first)) return undefined
  if (third === undefined)
    return second === 'witness' || second === 'refinery' ? { role: second, rig: first } : undefined
  if (workerNameComplaint(third)) return undefined
  if (second === 'crew') return { role: 'crew', rig: first, name: third }
  if (second === 'polecats') return { role: 'polecat', rig: first, name: third }
  return undefined
}

/** The rig an agent belongs to; undefined for the deacon and the mayor. */
export const rigOf = (agent: Agent): string | undefined => ('rig' in agent ? agent.rig : undefined)
