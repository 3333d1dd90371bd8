import type { Outcome, TriggerSpawn } from '../domain/action.js'
import { keysLost, personAt } from '../domain/conditions.js'
import { readScreen } from '../domain/screen.js'
import type { SessionSight } from '../domain/session.js'
import { now } from '../ports/clock.js'
import { lookAgain } from './look-again.js'
import { blinded, done, failed, hindered, notUnderstood, type Setback, setBack } from './outcomes.js'
import { dropPending } from './pending-file.js'
import type { Performing } from './performing.js'
import { changed, type Found, linesAbove, say, wasKept } from './tell-to-begin.js'
import { tooOld } from './time-left.js'

/** Tells a polecat that waits at its prompt to begin: once for each mail, whoever is killed when. */
export async function triggerSpawn(performing: Performing, action: TriggerSpawn): Promise<Outcome> {
  const seenAt = now()
  const found = await whyNot(performing, action)
  if (!('session' in found)) return setBack(action, found)
  const setback = old(seenAt) ?? (await say(performing, action, found))
  if (setback) return setBack(action, setback)
  const complaint = dropPending(performing, action.spawn.mailId)
  return complaint ? failed(action, `told to begin, but it stays on the list of spawns: ${complaint}`) : done(action)
}

function old(seenAt: number): Setback | undefined {
  const late = tooOld(seenAt)
  return late && { hindrance: late }
}

async function whyNot(performing: Performing, action: TriggerSpawn): Promise<Setback | Found> {
  const { agent, spawn, enterOnly } = action
  const { dialect, tmux } = performing.town
  if (spawn.session !== dialect.sessionName(agent))
    return hindered(`${spawn.session} is not the session of this polecat`)
  const forbidden = await performing.forbidden(agent)
  if (forbidden) return hindered(forbidden)
  const { liveness, session } = await lookAgain(performing, agent)
  if (!session || liveness.state !== 'alive') return { hindrance: notUnderstood(liveness) }
  const person = personAt(session) ?? keysLost(session)
  if (person) return hindered(person)
  const screen = await tmux.capture(spawn.session, linesAbove, session)
  if (!screen.known) return blinded(screen.why)
  const { state, because } = readScreen(screen.value)
  if (state !== (enterOnly ? 'typed' : 'ready'))
    return hindered(state === 'blocked' ? because : 'its prompt has changed meanwhile')
  return (await leaveMode(performing, action, session)) ?? { session }
}

/** Nobody looks at it: what a person reads in copy mode is not taken away under them. */
async function leaveMode(
  { town }: Performing,
  { spawn }: TriggerSpawn,
  session: SessionSight,
): Promise<Setback | undefined> {
  if (!session.paneInMode) return undefined
  const left = await town.tmux.leaveMode(spawn.session, { ...session, ...session.identity })
  if (!left.ok) return { error: left.failure }
  return wasKept(left) ? changed : undefined
}
