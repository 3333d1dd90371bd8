import { type Agent, address } from './agent.js'
import { quote } from './quote.js'

/** Who sent a request, or one line that says why nobody can tell. */
export type Sender = { readonly agent: Agent } | { readonly complaint: string }

/** Every form of a sender's name that some `gt` has written, with the agents of this town that it can mean. */
export type Senders = ReadonlyMap<string, readonly Agent[]>

const EXPECTED = 'mayor/, deacon/, <rig>/witness, <rig>/refinery, <rig>/crew/<name> or <rig>/polecats/<name>'

/** The forms under which an agent may have signed; `<rig>/<name>` only tells something where no other worker has that name. */
export function senderForms(agent: Agent): readonly string[] {
  switch (agent.role) {
    case 'deacon':
    case 'mayor':
      return [agent.role, `${agent.role}/`]
    case 'witness':
    case 'refinery':
      return [`${agent.rig}-${agent.role}`, `${agent.rig}/${agent.role}`]
    case 'crew':
    case 'polecat':
      return [`${agent.rig}-${agent.role}-${agent.name}`, address(agent), `${agent.rig}/${agent.name}`]
  }
}

/** The forms of all the agents that exist, to be asked as often as there are mails. */
export function sendersAmong(agents: readonly Agent[]): Senders {
  const senders = new Map<string, Agent[]>()
  for (const agent of agents) {
    for (const form of senderForms(agent)) {
      const others = senders.get(form)
      if (others) others.push(agent)
      else senders.set(form, [agent])
    }
  }
  return senders
}

/** The one agent of this town that signs like that. A form that fits several agents, or none, names nobody. */
export function resolveSender(from: string, senders: Senders): Sender {
  const [agent, ...others] = senders.get(from) ?? []
  if (agent === undefined) return { complaint: nobody(from) }
  if (others.length === 0) return { agent }
  return { complaint: `the sender ${quote(from)} could be ${[agent, ...others].map(address).join(' or ')}` }
}

function nobody(from: string): string {
  if (from === 'overseer') {
    return 'the sender is "overseer", the human: gt writes that when an agent has lost its GT_ROLE, so the mail names no agent'
  }
  if (from === '') return `the mail names no sender; expected ${EXPECTED}`
  return `no agent of this town signs as ${quote(from)}; expected ${EXPECTED}`
}
