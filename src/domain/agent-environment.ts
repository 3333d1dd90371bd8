import { type Address, address, parseAddress } from './agent.js'

/** Variables of a process, by name. */
export type Variables = ReadonlyMap<string, string>

/** Which agent the variables of a process name, in every form that a gt writes; undefined: none. */
export function addressIn(variables: Variables): Address | undefined {
  const value = (name: string): string => variables.get(name) ?? ''
  const role = value('GT_ROLE').replace(/\/$/, '')
  const agent = parseAddress(role) ?? parseAddress(`${value('GT_RIG')}/${placeOf(role, value)}`)
  return agent && address(agent)
}

function placeOf(role: string, value: (name: string) => string): string {
  if (role === 'polecat') return `polecats/${value('GT_POLECAT')}`
  return role === 'crew' ? `crew/${value('GT_CREW')}` : role
}
