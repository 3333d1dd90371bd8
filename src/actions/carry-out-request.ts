import type { CarryOut, Outcome } from '../domain/action.js'
import type { SessionSight } from '../domain/session.js'
import type { Sighting } from '../domain/session-sight.js'
import { type BroughtUp, bringUp } from './bring-up.js'
import { claimRequest, deleteClaimedMail, moveClaim, standDown } from './claims.js'
import { clearFlag } from './clear-flag.js'
import { killSession } from './kill-session.js'
import { isSameSession, lookAgain } from './look-again.js'
import {
  done,
  type Hindrance,
  notUnderstood,
  postponed,
  reasonOf,
  remarked,
  type Setback,
  setBack,
} from './outcomes.js'
import type { Performing } from './performing.js'
import { unready } from './ready-folder.js'
import { type RequestGuard, requestGuard } from './request-guard.js'
import { shortOfTime } from './time-left.js'

/** Carries out a lifecycle request: claimed before its mail is deleted, deleted before anything is done, and what was
 *  claimed by an earlier check is finished by the identity of the session it is about. */
export async function carryOutRequest(performing: Performing, action: CarryOut): Promise<Outcome> {
  const guard = requestGuard(performing, action)
  const course = await courseOf(performing, action, guard)
  if ('because' in course) return postponed(action, course)
  if (!action.claimed) claimRequest(performing, action)
  const mailStays = await deleteClaimedMail(performing, action)
  if (course.session) await guard.tell(course.session)
  const result = await follow(performing, action, { ...course, guard })
  if (!result.up) return unfinished(performing, action, result)
  const flagStays = action.clearFlag ? clearFlag(performing, action.agent, action.verb) : undefined
  moveClaim(performing, action.mailId, { state: 'done' })
  const remark = remarked([...complaints(mailStays, flagStays), ...result.remarks])
  const outcome = done(action, result.detail, remark)
  return mailStays
    ? { ...outcome, blindSpot: { what: `the mail ${action.mailId} of a request that is done`, why: mailStays } }
    : outcome
}

/** What is left to do: end the session the request is about, bring up a new one, leave down what is down, or nothing: it
 *  was answered. */
interface Course {
  readonly step: 'kill' | 'start' | 'stay-down' | 'none'
  /** The session that is ended. */
  readonly session?: SessionSight
}

async function courseOf(
  performing: Performing,
  action: CarryOut,
  { guard }: RequestGuard,
): Promise<Course | Hindrance> {
  const forbidden = await performing.forbidden(action.agent)
  if (forbidden) return { because: forbidden, soon: false }
  const sight = await lookAgain(performing, action.agent, action.session === 'absent')
  const course = stepLeft(action, sight)
  if ('because' in course) return course
  const person = course.session && (await guard(course.session))
  if (person) return { because: person, soon: false }
  const { settings } = performing.town
  const late = shortOfTime(performing, action.verb === 'shutdown' ? settings.deadline : settings.startDeadline)
  if (late) return late
  const needsStart = action.verb !== 'shutdown' && !action.claimed
  const impossible = needsStart ? unready(performing, action.agent) : undefined
  return impossible ? { because: impossible, soon: false } : course
}

function stepLeft({ verb, session: meant, claimed }: CarryOut, { session, liveness }: Sighting): Course | Hindrance {
  if (liveness.blind || (!session && liveness.state !== 'dead')) return notUnderstood(liveness)
  if (!session) return { step: verb === 'shutdown' ? 'stay-down' : 'start' }
  if (isSameSession(meant, session)) return { step: 'kill', session }
  // A claim whose session was replaced is done; a request that nobody claimed is judged by the next check.
  return claimed ? { step: 'none' } : { because: 'its session was replaced meanwhile', soon: true }
}

async function follow(
  performing: Performing,
  action: CarryOut,
  { step, guard }: Course & { readonly guard: RequestGuard },
): Promise<BroughtUp> {
  const { agent, verb, session, mailId } = action
  if (step === 'none') return { up: true, detail: { session: 'another one stands there by now' }, remarks: [] }
  const ending =
    step === 'kill' && session !== 'absent' ? await killSession(performing, agent, session, guard.guard) : undefined
  if (ending?.ended === false) return { ...ending, up: false }
  const left = ending?.remarks ?? []
  if (verb === 'shutdown') {
    standDown(performing, action)
    return { up: true, detail: {}, remarks: left }
  }
  moveClaim(performing, mailId, { state: 'killed' })
  const result = await bringUp(performing, agent, 'request')
  return result.up ? { ...result, remarks: [...left, ...result.remarks] } : result
}

/** The claim stays open, with the reason: a later check finishes it. */
function unfinished(performing: Performing, action: CarryOut, setback: Setback): Outcome {
  const claim = performing.town.ledger.current().claims[action.mailId]
  if (claim) moveClaim(performing, action.mailId, { state: claim.state, error: reasonOf(setback) })
  return setBack(action, setback)
}

function complaints(mailStays: string | undefined, flagStays: string | undefined): readonly string[] {
  return [
    ...(mailStays ? [`its mail is still there, and will be deleted later: ${mailStays}`] : []),
    ...(flagStays ? [`its flag could not be cleared: ${flagStays}`] : []),
  ]
}
