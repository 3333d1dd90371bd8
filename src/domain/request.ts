import { goMinutes } from './go-time.js'
import { recordOf, type StartRecord, type Verb } from './ledger.js'
import { type SessionSight, samePresence } from './session.js'
import type { AgentSight, BlindSpot, Mail, Snapshot } from './snapshot.js'

/** A lifecycle mail that is understood: who asks for what. */
export interface Request {
  readonly mail: Mail
  readonly verb: Verb
  readonly sight: AgentSight
  /** Why nothing tells whether it was carried out before the ledger was lost. */
  readonly undecided?: Obstacle
}

/** Why a request is not carried out. `close`: never, its mail is closed. `leave`: its mail stays, a later check may.
 *  `blind`: the same, because somebody could not be asked. */
export type Obstacle =
  | { readonly fate: 'close' | 'leave'; readonly verdict: string; readonly because: string }
  | { readonly fate: 'blind'; readonly spot: BlindSpot }

const lostLedger = 'lost-ledger'

const close = (verdict: string, because: string): Obstacle => ({ fate: 'close', verdict, because })
const leave = (verdict: string, because: string): Obstacle => ({ fate: 'leave', verdict, because })
const blind = (what: string, why: string): Obstacle => ({ fate: 'blind', spot: { what, why } })

/** tmux knows the age of a session in whole seconds only. */
const second = (at: number): number => Math.floor(at / 1000)

/** A Dolt server rounds what is written now to the nearest second: it may be dated so far ahead, ms. */
const rounding = 500

/** What the time of a lifecycle mail alone decides: too old, or no time to go by. */
export function ageObstacle({ createdAt }: Mail, { now, settings }: Snapshot): Obstacle | undefined {
  if (createdAt === undefined) return leave('not-understood', 'nothing tells when it was sent')
  if (createdAt - now > rounding && second(createdAt) > second(now))
    return leave('not-understood', 'the time it was sent lies in the future')
  if (now - createdAt > settings.requestMaxAge) {
    return close('too-old', `sent ${goMinutes(now - createdAt)} ago (max: ${goMinutes(settings.requestMaxAge)})`)
  }
  return undefined
}

/** Whether a check whose ledger is lost may have carried out the request already. */
const isFromBeforeTheLoss = ({ createdAt = 0 }: Mail, { ledger }: Snapshot): boolean =>
  ledger.lostAt !== undefined && createdAt < ledger.lostAt

/** A session counts as older than a request only by more than this, ms: tmux, the kernel's boot time and Dolt all round their times. */
const surelyOlder = 2000

/** Decides a request from before the loss: a session older than the request is the one that the request would have ended. */
function lossObstacle({ createdAt = 0 }: Mail, { address, session }: AgentSight): Obstacle | undefined {
  if (session !== undefined && createdAt - madeAtOf(session) > surelyOlder) return undefined
  const why = session === undefined ? `${address} has no session` : `the session of ${address} may be newer than it`
  const cure = 'to repeat it send a new request, to drop it close the mail'
  return leave(lostLedger, `ledger.json was lost, so it may have been carried out already (${why}): ${cure}`)
}

/** What the session that a request would stop decides: nobody knows what it is, or it was made after the request was sent. */
export function sessionObstacle({ mail, sight }: Request, snapshot: Snapshot): Obstacle | undefined {
  const { session, liveness } = sight
  const isDoubtful = isFromBeforeTheLoss(mail, snapshot)
  if (liveness.state === 'dead') return isDoubtful ? lossObstacle(mail, sight) : undefined
  if (liveness.blind) return blind(`the session of ${sight.address}`, liveness.because)
  if (liveness.state === 'unknown' || session === undefined) return leave('not-understood', liveness.because)
  const madeAt = madeAtOf(session)
  if (second(madeAt) > second(snapshot.now)) return leave('not-understood', 'its session was made in the future')
  if (isDoubtful) return lossObstacle(mail, sight)
  if (second(mail.createdAt ?? madeAt) >= second(madeAt) || isInferred(sight, session, snapshot)) return undefined
  return close('superseded', 'it was sent before the session that stands there now was made')
}

/** Whether an obstacle says that only the lost ledger knew what came of a request. */
export const isUndecided = (obstacle: Obstacle): boolean => obstacle.fate !== 'blind' && obstacle.verdict === lostLedger

/** A `gt handoff` makes a new process in an old session: that answers a request as well as a new session does. */
const madeAtOf = ({ createdAt, processStartedAt }: SessionSight): number => Math.max(createdAt, processStartedAt)

/** Whether we made the session on our own, while the request was waiting to be seen. */
function isInferred({ address }: AgentSight, session: SessionSight, { ledger, settings }: Snapshot): boolean {
  const madeIt = ({ at, by, outcome, identity }: StartRecord): boolean => {
    if (by !== 'inference') return false
    if (identity !== undefined) return samePresence(identity, session.identity)
    // A check that was killed before it could write down what came of its start.
    const madeAt = madeAtOf(session)
    return outcome === 'begun' && second(madeAt) >= second(at) && madeAt <= at + settings.startDeadline
  }
  return recordOf(ledger, address).starts.some(madeIt)
}

/** Whether the agent has not confirmed its request in its state file; texts as the original daemon words them. */
export function flagObstacle({ verb, sight }: Request, { steps }: Snapshot): Obstacle | undefined {
  const { flags, stateFile } = sight
  if (!steps.requestFlags) return undefined
  if (!flags?.known)
    return blind(`whether ${sight.address} is ready for its ${verb}`, flags?.why ?? 'it was not looked at')
  if (flags.value?.requesting[verb]) return undefined
  const flag = `requesting_${verb}`
  if (flags.value === null) {
    const file = stateFile === undefined ? '' : `: ${stateFile}`
    return leave('refused', `agent state file not found${file} (agent must set ${flag}=true before lifecycle request)`)
  }
  const got = flags.value.got?.[verb]
  if (got !== undefined) return leave('refused', `agent state ${flag} is not true (got: ${got})`)
  return leave('refused', `agent state missing ${flag} field (agent must set this before lifecycle request)`)
}

/** Whether a new session could be made for the agent where it works. */
export function folderObstacle({ agent, address, folder }: AgentSight): Obstacle | undefined {
  if (!folder?.known) return blind(`the work folder of ${address}`, folder?.why ?? 'it was not looked at')
  if (folder.value === 'missing' && agent.role !== 'deacon') return leave('folder', 'its work folder does not exist')
  if (folder.value === 'not-a-worktree' && agent.role === 'polecat')
    return leave('folder', 'its work folder is no git work tree')
  return undefined
}
