import type { Outcome, TriggerSpawn } from '../domain/action.js'
import { personAt } from '../domain/conditions.js'
import { beginWord, promptState } from '../domain/spawn.js'
import { now, sleep } from '../ports/clock.js'
import type { CommandResult } from '../ports/command.js'
import { isSessionGone } from '../ports/tmux.js'
import { lookAgain } from './look-again.js'
import { blinded, done, failed, hindered, notUnderstood, type Setback, setBack } from './outcomes.js'
import { dropPending } from './pending-file.js'
import type { Performing } from './performing.js'
import { tooOld } from './time-left.js'
import { endTyping, startTyping, stopTyping } from './typing.js'

/** Between the text and Enter, milliseconds, as the original waits: a terminal program may take both at once for pasted text. */
const beforeEnter = 500
/** Lines above the screen that are looked at too, as the original does. */
const linesAbove = 10

/** Tells a polecat that waits at its prompt to begin: once for each mail, whoever is killed when. */
export async function triggerSpawn(performing: Performing, action: TriggerSpawn): Promise<Outcome> {
  const seenAt = now()
  const setback = (await whyNot(performing, action)) ?? old(seenAt) ?? (await say(performing, action))
  if (setback) return setBack(action, setback)
  const complaint = dropPending(performing, action.spawn.mailId)
  return complaint ? failed(action, `told to begin, but it stays on the list of spawns: ${complaint}`) : done(action)
}

function old(seenAt: number): Setback | undefined {
  const late = tooOld(seenAt)
  return late && { hindrance: late }
}

async function whyNot(performing: Performing, { agent, spawn, enterOnly }: TriggerSpawn): Promise<Setback | undefined> {
  const { dialect, tmux } = performing.town
  if (spawn.session !== dialect.sessionName(agent))
    return hindered(`${spawn.session} is not the session of this polecat`)
  const forbidden = await performing.forbidden(agent)
  if (forbidden) return hindered(forbidden)
  const { liveness, session } = await lookAgain(performing, agent)
  if (!session || liveness.state !== 'alive') return { hindrance: notUnderstood(liveness) }
  const person = personAt(session)
  if (person) return hindered(person)
  const screen = await tmux.capture(spawn.session, linesAbove)
  if (!screen.known) return blinded(screen.why)
  return promptState(screen.value) === (enterOnly ? 'typed' : 'ready')
    ? undefined
    : hindered('its prompt has changed meanwhile')
}

/** Surely nothing was typed. Who was killed, failed or took too long may have typed it all the same: the next check looks at the prompt. */
const isUntyped = (result: CommandResult): boolean =>
  isSessionGone(result) || (!result.ok && ['missing', 'not-started'].includes(result.kind))

async function say(performing: Performing, { spawn, enterOnly }: TriggerSpawn): Promise<Setback | undefined> {
  const { tmux } = performing.town
  if (!enterOnly) {
    startTyping(performing, spawn.mailId)
    const typed = await tmux.type(spawn.session, beginWord)
    if (!typed.ok) {
      if (isUntyped(typed)) stopTyping(performing, spawn.mailId)
      return { error: typed.failure }
    }
    await sleep(beforeEnter)
  }
  const entered = await tmux.enter(spawn.session)
  if (!entered.ok) return { error: entered.failure }
  endTyping(performing, spawn.mailId)
  return undefined
}
