import type { CloseMail, Plan } from '../domain/action.js'
import { type Address, address } from '../domain/agent.js'
import { allOf, emptyPlan, planOf } from '../domain/plan.js'
import { quote } from '../domain/quote.js'
import type { AgentSight, Finding, Mail, PendingSpawn, Snapshot } from '../domain/snapshot.js'
import { type Announcement, isOverdue, readAnnouncement, spawnSessionComplaint } from '../domain/spawn.js'

/** As the report and the log name it. */
export const rule = 'pending-spawns'

/** The polecats of a look by their address. */
export type Sights = ReadonlyMap<Address, AgentSight>

/** What the inbox says of new polecats: those to be written down, and what is to be done with the other mails. */
interface Post {
  readonly fresh: readonly PendingSpawn[]
  readonly plan: Plan
}

interface Look {
  readonly snapshot: Snapshot
  readonly sights: Sights
}

/** The polecat that a spawn is about, as far as it was seen. */
export const polecatOf = ({ rig, polecat }: PendingSpawn, sights: Sights): AgentSight | undefined =>
  sights.get(address({ role: 'polecat', rig, name: polecat }))

/** Whether nobody can tell if there is such a polecat. */
export const isUnseen = ({ rig }: PendingSpawn, { rigs, unlistedRigs = [] }: Snapshot): boolean =>
  !rigs.known || unlistedRigs.includes(rig)

/** Whether a spawn has waited too long to wait on; right after a long gap all ages are wrong. */
export const isGivenUp = (spawn: PendingSpawn, { now, settings, afterGap }: Snapshot): boolean =>
  !afterGap && isOverdue(spawn, now, settings.spawnGrace)

const closing = (mail: Mail, because: string): CloseMail => ({
  kind: 'close-mail',
  rule,
  because,
  agent: undefined,
  mailId: mail.id,
  clearFlag: undefined,
})

/** What is said of a mail that names no polecat, or whose polecat (`sight`) it gets wrong. */
function refuse(mail: Mail, agent: Address | undefined, said: Omit<Finding, 'rule' | 'agent' | 'evidence'>): Plan {
  const because = `mail ${quote(mail.id)} about a new polecat: ${said.because}`
  return planOf({ findings: [{ ...said, rule, agent, because, evidence: { mail: mail.id } }] })
}

function judge(mail: Mail, announced: Announcement, { snapshot, sights }: Look): Post {
  const only = (plan: Plan): Post => ({ fresh: [], plan })
  if ('complaint' in announced) {
    const said = { verdict: 'skipped-name', because: announced.complaint, wantsPerson: false }
    return only(refuse(mail, undefined, said))
  }
  const { spawn } = announced
  const sight = polecatOf(spawn, sights)
  if (isUnseen(spawn, snapshot) && sight === undefined) return only(emptyPlan)
  const because = spawnSessionComplaint(spawn, sight?.sessionName)
  if (because === undefined) return { fresh: [spawn], plan: emptyPlan }
  const isLast = isGivenUp(spawn, snapshot)
  const said = { verdict: 'refused', because, wantsPerson: isLast || sight !== undefined }
  return only({ ...refuse(mail, sight?.address, said), actions: isLast ? [closing(mail, because)] : [] })
}

/** What is done with a mail whose spawn is known already: it is only closed. */
function settledPost(mail: Mail, because: string): Post {
  return { fresh: [], plan: planOf({ actions: [closing(mail, because)] }) }
}

/** Reads the mails that announce new polecats. One that is written down, or was told to begin, already is only closed. */
export function announcedSpawns(snapshot: Snapshot, pending: readonly PendingSpawn[], sights: Sights): Post {
  const recorded = new Set(pending.map(({ mailId }) => mailId))
  const told = snapshot.ledger.typed ?? {}
  const posts = (snapshot.mail.known ? snapshot.mail.value : []).map((mail): Post => {
    const announced = readAnnouncement(mail, snapshot.now)
    if (announced === undefined) return { fresh: [], plan: emptyPlan }
    if (Object.hasOwn(told, mail.id)) return settledPost(mail, 'its polecat was told to begin')
    if (recorded.has(mail.id)) return settledPost(mail, 'its polecat is written down')
    return judge(mail, announced, { snapshot, sights })
  })
  return { fresh: posts.flatMap(({ fresh }) => fresh), plan: allOf(posts.map(({ plan }) => plan)) }
}
