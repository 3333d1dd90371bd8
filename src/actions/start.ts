import type { Outcome, Start } from '../domain/action.js'
import { personAt } from '../domain/conditions.js'
import type { SessionSight } from '../domain/session.js'
import type { Sighting } from '../domain/session-sight.js'
import { bringUp } from './bring-up.js'
import { type Guard, killSession } from './kill-session.js'
import { isSameSession, lookAgain } from './look-again.js'
import { done, type Hindrance, notUnderstood, postponed, remarked, setBack } from './outcomes.js'
import type { Performing } from './performing.js'
import { noteSwallowed } from './swallowed.js'
import { shortOfTime } from './time-left.js'

/** Starts an agent that is still dead, or whose session still is the zombie that was planned for: that one is ended first. */
export async function start(performing: Performing, action: Start): Promise<Outcome> {
  const { agent } = action
  const late = shortOfTime(performing, performing.town.settings.startDeadline)
  if (late) return postponed(action, late)
  const forbidden = await performing.forbidden(agent)
  if (forbidden) return postponed(action, { because: forbidden, soon: false })
  const sight = await lookAgain(performing, agent)
  const hindrance = whyNot(action, sight)
  if (hindrance) return postponed(action, hindrance)
  const { state, because } = sight.liveness
  if (state === 'alive' || state === 'starting')
    return done(action, { session: `somebody else was faster: ${because}` })
  return replace(performing, action, sight.session)
}

function whyNot({ zombie }: Start, { liveness, session }: Sighting): Hindrance | undefined {
  if (liveness.state === 'unknown') return notUnderstood(liveness)
  const isPlanned = zombie !== undefined && session !== undefined && isSameSession(zombie, session)
  if (isPlanned && liveness.state === 'starting') return { because: liveness.because, soon: false }
  if (liveness.state !== 'zombie') return undefined
  if (!isPlanned) return { because: 'its session was replaced meanwhile', soon: true }
  const person = personAt(session)
  return person === undefined ? undefined : { because: person, soon: false }
}

/** An agent, or a program that no check knows, may begin in the shell of a zombie until the moment in which that is ended. */
const stillEmpty: Guard = async (session, liveness) =>
  liveness?.state === 'alive' || liveness?.state === 'unknown' ? liveness.because : personAt(session)

async function replace(performing: Performing, action: Start, zombie: SessionSight | undefined): Promise<Outcome> {
  const { agent } = action
  const death = deathOf(zombie)
  const swallowed = zombie && noteSwallowed(performing, agent, zombie)
  const ending = zombie && (await killSession(performing, agent, zombie.identity, stillEmpty))
  if (ending?.ended === false) return setBack(action, ending, death)
  const result = await bringUp(performing, agent, 'inference')
  if (!result.up) return setBack(action, result, death)
  const remarks = [...(swallowed ? [swallowed] : []), ...(ending?.remarks ?? []), ...result.remarks]
  return done(action, { ...death, ...result.detail }, remarked(remarks))
}

function deathOf(zombie: SessionSight | undefined): Readonly<Record<string, string | number>> {
  const status = zombie?.death?.status
  return {
    ...(zombie ? { ended: zombie.identity.sessionId } : {}),
    ...(status === undefined ? {} : { paneExit: status }),
  }
}
