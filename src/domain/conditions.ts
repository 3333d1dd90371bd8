import { rigOf, type Worker } from './agent.js'
import { beadOf, hookOf, workedAt } from './hook.js'
import { isUnfinished, recordOf } from './ledger.js'
import type { SessionSight } from './session.js'
import type { AgentBead, AgentSight, Evidence, Mail, Snapshot } from './snapshot.js'

/** When and by which settings a condition is judged: a look that is not yet whole has this too. */
export type Moment = Pick<Snapshot, 'now' | 'settings' | 'steps' | 'ledger'>

/** The same with the deacon's mail. */
type MailLook = Moment & Pick<Snapshot, 'mail'>

export type PolecatSight = AgentSight & { readonly agent: Worker }

/** How long ago a moment was, in ms; one in the future counts as now. */
export const ageOf = (now: number, at: number): number => Math.max(0, now - at)

/** Whether a moment is known and lies more than `limit` ms back. */
const isOlder = (now: number, at: number | undefined, limit: number): boolean =>
  at !== undefined && ageOf(now, at) > limit

export function isPolecat(sight: AgentSight): sight is PolecatSight {
  return sight.agent.role === 'polecat'
}

/** Tells who belongs to the town: a rig's agent only when the rigs are known and its rig is one of them. */
export function townsOwn({ rigs }: Pick<Snapshot, 'rigs'>): (sight: Pick<AgentSight, 'agent'>) => boolean {
  const names = new Set(rigs.known ? rigs.value.map(({ name }) => name) : [])
  return ({ agent }) => {
    const rig = rigOf(agent)
    return rig === undefined || names.has(rig)
  }
}

/** Whether a bead reports that its agent is up. */
export const saysUp = ({ state }: AgentBead): boolean => state === 'running' || state === 'working'

/** A moment in the life of an agent. One in the future, since the clock was ahead then, counts as the one at which a check first saw
 *  the agent down. */
export function pastOf({ address }: AgentSight, at: number, { now, ledger }: Pick<Moment, 'now' | 'ledger'>): number {
  if (at <= now) return at
  const { absentSince, emptySince } = recordOf(ledger, address)
  return Math.min(absentSince ?? emptySince ?? now, now)
}

/** When a bead was last touched, as above. */
export const touchedAt = (
  sight: AgentSight,
  { updatedAt }: AgentBead,
  moment: Pick<Moment, 'now' | 'ledger'>,
): number | undefined => (updatedAt === undefined ? undefined : pastOf(sight, updatedAt, moment))

/** With `trustBeads`: whether a fresh bead outweighs the absent session, as the original daemon believed. */
function isBelieved(sight: AgentSight, moment: Moment): boolean {
  const { now, settings, steps } = moment
  const bead = beadOf(sight)
  if (!settings.trustBeads || !steps.beadStates || bead?.updatedAt === undefined) return false
  return saysUp(bead) && !isOlder(now, touchedAt(sight, bead, moment), settings.staleAfter)
}

/** Whether something was seen in the agent's session that nobody knows, as against a session of which nothing could be asked. */
export const isNotUnderstood = (sight: Pick<AgentSight, 'liveness'> | undefined): boolean =>
  sight?.liveness.state === 'unknown' && !sight.liveness.blind

/** Whether the agent has to be brought up: its session is gone (and its bead is not believed instead), or is a zombie. */
export function isDown(sight: AgentSight, moment: Moment): boolean {
  const { state } = sight.liveness
  return state === 'zombie' || (state === 'dead' && !isBelieved(sight, moment))
}

/** Whether anybody asks for something in these mails. */
export const hasRequest = (mail: Snapshot['mail']): boolean =>
  mail.known && mail.value.some(({ request }) => request !== undefined)

/** Whether a request lies in the inbox, or an earlier check left one unfinished. */
export const isAsked = ({ mail, ledger }: Pick<Snapshot, 'mail' | 'ledger'>): boolean =>
  hasRequest(mail) || Object.values(ledger.claims).some(isUnfinished)

/** Tells the agents whose own files matter: where they work, what they ask for, whether they left. Not polecats that are down and, by their
 *  beads, at rest, unless a request may be carried out: there may be thousands of those. */
export function whosePlaceMatters({ mail, ledger, steps }: Pick<Snapshot, 'mail' | 'ledger' | 'steps'>) {
  const all = isAsked({ mail, ledger })
  return ({ agent, liveness: { state }, bead }: Pick<AgentSight, 'agent' | 'liveness' | 'bead'>): boolean => {
    if (all || agent.role !== 'polecat' || (state !== 'dead' && state !== 'zombie')) return true
    return !steps.restStates.includes(beadOf({ bead })?.state ?? '')
  }
}

/** What tells whether a kill or a keystroke would hurt a person, or this check. */
export type Surroundings = Pick<SessionSight, 'attached' | 'windows' | 'panes' | 'holdsThisCheck'>

/** Why a session must be left alone by kills and keystrokes, or undefined. */
export function personAt(session: Surroundings | undefined): string | undefined {
  if (session === undefined) return undefined
  if (session.holdsThisCheck) return 'this check runs in its session'
  if (session.attached > 0) return 'a person is attached to its session'
  if (session.windows.some(({ viewers }) => viewers > 0))
    return 'a person looks at its window from another tmux session'
  return session.panes > 1 ? 'its session has a second pane, in which a person may be at work' : undefined
}

/** Why keys would not arrive in a session, or undefined. */
export const keysLost = (session: Pick<SessionSight, 'paneInputOff'> | undefined): string | undefined =>
  session?.paneInputOff
    ? 'its pane takes no keys: a person switched its input off (tmux select-pane -e switches it on)'
    : undefined

/** Whether a polecat without a session is no crash by what its bead says: just being spawned, or at rest. */
export function isExcused(sight: AgentSight, moment: Moment): boolean {
  const { now, settings, steps } = moment
  const bead = beadOf(sight)
  if (bead === undefined) return false
  if (steps.restStates.includes(bead.state)) return true
  if (bead.state !== 'spawning') return false
  const at = touchedAt(sight, bead, moment)
  return at === undefined || ageOf(now, at) < settings.spawnGrace
}

/** Whether it matters what a polecat has on its hook: it is down, or not understood. */
const mayNotRun = (sight: AgentSight, moment: Moment): boolean => isDown(sight, moment) || isNotUnderstood(sight)

/** Whether the beads of work must be asked what hangs on the agent's hook: a polecat that may not run, or was silent for long. */
export function needsHook(sight: AgentSight, moment: Moment): boolean {
  if (!moment.steps.workHooks || !isPolecat(sight) || sight.restraint !== undefined || !sight.bead.known) return false
  if (isSilent(sight, moment)) return true
  return mayNotRun(sight, moment) && !isExcused(sight, moment)
}

/** Whether the bead on the agent's hook must be asked before anything can be said: a polecat that may not run, with work, where only
 *  its own bead tells of that. */
export function needsWork(sight: AgentSight, moment: Moment): boolean {
  if (moment.steps.workHooks) return false
  const bead = beadOf(sight)
  if (!isPolecat(sight) || sight.restraint !== undefined || bead === undefined || bead.hook === '') return false
  return mayNotRun(sight, moment) && !isExcused(sight, moment)
}

/** Whether work on a hook is over: closed, or deleted (which bd calls a tombstone). */
export const isOver = ({ status }: { readonly status: string }): boolean =>
  status === 'closed' || status === 'tombstone'

/** Whether git and the merge requests must be asked before the agent is started: a polecat that is down with open work. */
export function needsDelivery(sight: AgentSight, moment: Moment): boolean {
  const { work, restraint, folder } = sight
  if (!isPolecat(sight) || restraint !== undefined || !isDown(sight, moment)) return false
  if (!folder?.known || folder.value !== 'ready' || !work?.known || work.value === null) return false
  return sight.bead.known && !isOver(work.value) && !isExcused(sight, moment)
}

/** Mail that the deacon itself has to read: neither a lifecycle request nor the announcement of a spawn. */
const isForDeacon = ({ request, subject }: Mail): boolean =>
  request === undefined && !subject.startsWith('POLECAT_STARTED ')

/** The deacon's oldest unread mail that has waited longer than `guppAfter`; undefined when there is none. */
export function waitingMail({ mail, now, settings }: MailLook): Mail | undefined {
  if (!mail.known) return undefined
  const waiting = mail.value.filter((one) => isForDeacon(one) && isOlder(now, one.createdAt, settings.guppAfter))
  return waiting.toSorted((one, other) => (one.createdAt ?? 0) - (other.createdAt ?? 0))[0]
}

function hasIdleWork(sight: AgentSight, { now, settings, steps }: Moment): boolean {
  const bead = beadOf(sight)
  if (steps.beadStates && !(bead !== undefined && saysUp(bead))) return false
  return hookOf(sight) !== '' && isOlder(now, workedAt(sight), settings.guppAfter)
}

/** Whether a live agent's pane has shown nothing new for longer than `guppAfter`. */
const isSilent = ({ liveness, session }: AgentSight, { now, settings }: Moment): boolean =>
  liveness.state === 'alive' && isOlder(now, session?.activityAt, settings.guppAfter)

/** Whether a live agent shows no progress: its pane is silent, and a polecat's hooked work or the deacon's mail waits. */
export function isStalledCandidate(sight: AgentSight, look: MailLook): boolean {
  if (sight.restraint !== undefined || !isSilent(sight, look)) return false
  if (isPolecat(sight)) return hasIdleWork(sight, look)
  return sight.agent.role === 'deacon' && waitingMail(look) !== undefined
}

const secondsSince = (now: number, at: number | undefined): number | null =>
  at === undefined ? null : Math.round(ageOf(now, at) / 1000)

/** What was seen of an agent, for a finding. Ages in whole seconds; null: not known. */
export function evidenceOf(sight: AgentSight, now: number): Evidence {
  const bead = beadOf(sight)
  return {
    session: sight.sessionName,
    liveness: sight.liveness.state,
    paneSilentSeconds: secondsSince(now, sight.session?.activityAt),
    bead: bead?.id ?? null,
    beadState: bead?.state ?? null,
    beadAgeSeconds: secondsSince(now, bead?.updatedAt),
    hook: bead === undefined && sight.hooked === undefined ? null : hookOf(sight),
    ...(sight.hooked === undefined ? {} : { workAgeSeconds: secondsSince(now, workedAt(sight)) }),
    ...(sight.paneTail === undefined ? {} : { paneTail: sight.paneTail.split('\n') }),
  }
}
