import type { CarryOut, Plan } from '../domain/action.js'
import { ownRequestObstacle } from '../domain/attached-clients.js'
import { tooManyRequested } from '../domain/backoff.js'
import { beadOf } from '../domain/hook.js'
import { recordOf, type Verb } from '../domain/ledger.js'
import { blindSpot, finding, planOf, type Said } from '../domain/plan.js'
import { quote } from '../domain/quote.js'
import { folderObstacle, type Obstacle, type Request } from '../domain/request.js'
import type { AgentSight, Snapshot } from '../domain/snapshot.js'

/** As the report and the log name it. */
export const rule = 'lifecycle-requests'

/** A request whose mail may be gone already. */
export interface Wish {
  readonly mailId: string
  readonly verb: Verb
  readonly sight: AgentSight
  /** When its agent sent it, where that is known. */
  readonly sentAt?: number | undefined
}

/** Why a wish has to wait, and whether to look again in a minute. */
export type Wait = Omit<Said, 'rule'> & { readonly soon?: boolean }

/** The deed itself, for the session that stands there now. `claimed`: an earlier check began it. */
export function deed(wish: Wish, claimed: boolean): CarryOut {
  const { mailId, verb, sight } = wish
  const { agent, session, flags, bead } = sight
  const because = claimed ? 'an earlier check claimed it and did not finish' : 'nothing speaks against it'
  const hook = bead.known ? (beadOf(sight)?.hook ?? null) : null
  const clearFlag = flags?.known === true && flags.value?.requesting[verb] === true
  return {
    kind: verb,
    rule,
    because,
    agent,
    mailId,
    verb,
    session: session?.identity ?? 'absent',
    claimed,
    sentAt: visibleSince(wish),
    hook,
    clearFlag,
  }
}

/** What is said of a wish that is not carried out. */
function says({ mailId, verb, sight }: Wish, said: Omit<Said, 'rule'>): Plan {
  const because = `${verb} asked for by mail ${quote(mailId)}: ${said.because}`
  return planOf({ findings: [finding(sight, { rule, evidence: { mail: mailId, action: verb }, ...said, because })] })
}

/** The wish stays, and whoever reads the plan sees it. */
export function putOff(action: CarryOut, wish: Wish, { soon = false, ...said }: Wait): Plan {
  return { ...says(wish, said), actions: [{ ...action, deferred: { because: said.because, soon } }] }
}

/** A wish that cannot be carried out as things are. */
export function left(snapshot: Snapshot, wish: Wish, obstacle: Obstacle): Plan {
  if (obstacle.fate === 'blind') return planOf({ blindSpots: blindSpot(snapshot, obstacle.spot) })
  return says(wish, { verdict: obstacle.verdict, because: obstacle.because, wantsPerson: true })
}

/** Since when a person who is attached could see that the agent asks; undefined: a shell is left, in which they may work. */
const visibleSince = ({ sight, sentAt }: Wish): number | undefined =>
  sight.liveness.state === 'alive' ? sentAt : undefined

/** Why the agent's session must not be touched now, although its agent asks for it. */
export function handsOff(wish: Wish, { clients, now, settings }: Snapshot): Wait | undefined {
  const { restraint, session } = wish.sight
  if (restraint !== undefined) return { verdict: 'restrained', because: restraint.because }
  if (session === undefined) return undefined
  const { attachedGrace } = settings
  const { sessionId } = session.identity
  const obstacle = ownRequestObstacle(session, clients, { sentAt: visibleSince(wish), sessionId, now, attachedGrace })
  return obstacle && { verdict: 'attached', wantsPerson: true, ...obstacle }
}

function notYet(wish: Wish, snapshot: Snapshot): Wait | undefined {
  const { sight, verb } = wish
  const { ledger, now, settings } = snapshot
  const wait = handsOff(wish, snapshot)
  if (wait !== undefined) return wait
  if (sight.liveness.state === 'starting') return { verdict: 'starting', because: sight.liveness.because, soon: true }
  if (verb === 'shutdown' || !tooManyRequested(recordOf(ledger, sight.address), now, settings.backoff)) return undefined
  return { verdict: 'held', because: 'it was started on request too often within the last hour', wantsPerson: true }
}

/** Plans a request that nothing speaks against, unless it has to wait. `others`: those that give way to it. */
export function carryOut(snapshot: Snapshot, { mail, verb, sight }: Request, others: readonly Request[]): Plan {
  const wish: Wish = { mailId: mail.id, verb, sight, sentAt: mail.createdAt }
  const supersedes = others.map((other) => other.mail.id)
  const action = { ...deed(wish, false), ...(supersedes.length > 0 ? { supersedes } : {}) }
  const obstacle = verb === 'shutdown' ? undefined : folderObstacle(sight)
  if (obstacle !== undefined) return left(snapshot, wish, obstacle)
  const wait = notYet(wish, snapshot)
  if (wait === undefined) return planOf({ actions: [action] })
  // Nothing is running: whether it is brought up must not hang on a request that waits.
  if (wait.verdict === 'held' && action.session === 'absent') return says(wish, wait)
  return putOff(action, wish, wait)
}
