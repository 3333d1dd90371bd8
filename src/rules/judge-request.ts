import type { CloseMail, Plan } from '../domain/action.js'
import { type Agent, rigOf } from '../domain/agent.js'
import { townsOwn } from '../domain/conditions.js'
import { blindSpot, emptyPlan, planOf } from '../domain/plan.js'
import { quote } from '../domain/quote.js'
import { ageObstacle, isUndecided, type Obstacle, type Request, sessionObstacle } from '../domain/request.js'
import { resolveSender, type Senders, sendersAmong } from '../domain/sender.js'
import type { AgentSight, Mail, Snapshot } from '../domain/snapshot.js'
import { rule } from './carry-out.js'

/** A lifecycle mail that is a request, as far as itself and the session it is about can tell; or what comes of it instead. */
export type Judged = { readonly request: Request } | { readonly plan: Plan }

/** A town and the names under which its agents may have signed. */
export interface SignedTown {
  readonly snapshot: Snapshot
  readonly senders: Senders
  readonly sights: ReadonlyMap<Agent, AgentSight>
}

/** Only agents that exist can have sent anything: those of known rigs, workers with a directory. */
export function signedTown(snapshot: Snapshot): SignedTown {
  const hasPlace = ({ agent, folder }: AgentSight) => !('name' in agent && folder?.known && folder.value === 'missing')
  const agents = snapshot.agents.filter(hasPlace).filter(townsOwn(snapshot))
  const sights = new Map(agents.map((sight) => [sight.agent, sight]))
  return { snapshot, sights, senders: sendersAmong([...sights.keys()]) }
}

/** Closes a mail of which nothing (more) is wanted. */
export const closing = (mail: Mail, agent: Agent | undefined, because: string): CloseMail => ({
  kind: 'close-mail',
  rule,
  because,
  agent,
  mailId: mail.id,
  clearFlag: undefined,
})

/** Who signed a mail; undefined with the reason when nobody can tell. */
function signer(mail: Mail, { senders, sights }: SignedTown): { sight: AgentSight | undefined; why: string } {
  const sender = resolveSender(mail.from, senders)
  return 'agent' in sender ? { sight: sights.get(sender.agent), why: '' } : { sight: undefined, why: sender.complaint }
}

/** Whether workers that could not be seen may go by the name under which a mail is signed. */
function isUnsure(from: string, sight: AgentSight | undefined, { rigs, unlistedRigs = [] }: Snapshot): boolean {
  if (from === '' || from === 'overseer') return false
  if (sight === undefined) return !rigs.known || unlistedRigs.some((rig) => from.startsWith(rig))
  return unlistedRigs.some((rig) => rig === rigOf(sight.agent)) && from.split('/').length === 2 && 'name' in sight.agent
}

function answer(mail: Mail, sight: AgentSight | undefined, obstacle: Obstacle, snapshot: Snapshot): Plan {
  if (obstacle.fate === 'blind') return planOf({ blindSpots: blindSpot(snapshot, obstacle.spot) })
  const { verdict, fate } = obstacle
  const because = `lifecycle mail ${quote(mail.id)} from ${quote(mail.from)}: ${obstacle.because}`
  const evidence = { mail: mail.id, from: mail.from.slice(0, 80) }
  const findings = [{ rule, agent: sight?.address, verdict, because, evidence, wantsPerson: fate === 'leave' }]
  return { findings, actions: fate === 'close' ? [closing(mail, sight?.agent, obstacle.because)] : [] }
}

/** Judges one lifecycle mail by its time, its words, its sender, and the session that it would stop. */
export function judgeMail(mail: Mail, town: SignedTown): Judged {
  const { snapshot } = town
  const { sight, why } = signer(mail, town)
  const refuse = (obstacle: Obstacle): Judged => ({ plan: answer(mail, sight, obstacle, snapshot) })
  const age = ageObstacle(mail, snapshot)
  if (age !== undefined) return refuse(age)
  const words = mail.request ?? { complaint: 'it is no lifecycle mail' }
  if ('complaint' in words) return refuse({ fate: 'leave', verdict: 'refused', because: words.complaint })
  if (isUnsure(mail.from, sight, snapshot)) return { plan: emptyPlan }
  if (sight === undefined) return refuse({ fate: 'leave', verdict: 'refused', because: why })
  const request: Request = { mail, verb: words.verb, sight }
  const session = sessionObstacle(request, snapshot)
  if (session === undefined) return { request }
  // One that gives way to a newer request needs no decision.
  return isUndecided(session) ? { request: { ...request, undecided: session } } : refuse(session)
}
