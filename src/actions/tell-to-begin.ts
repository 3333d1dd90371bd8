import type { TriggerSpawn } from '../domain/action.js'
import { beginWord, readScreen } from '../domain/screen.js'
import type { SessionSight } from '../domain/session.js'
import { sleep, ticks } from '../ports/clock.js'
import type { CommandResult } from '../ports/command.js'
import { isSessionGone } from '../ports/tmux.js'
import { blinded, hindered, type Setback } from './outcomes.js'
import type { Performing } from './performing.js'
import { endTyping, startTyping, stopTyping } from './typing.js'

/** Lines above the screen that are looked at too, as the original does. */
export const linesAbove = 10
/** Between the text and Enter, milliseconds, as the original waits: a terminal program may take both at once for pasted text. */
const beforeEnter = 500
/** So long the text is waited for at the prompt, and so often it is looked for, milliseconds. */
const shownWithin = 2000
const pause = 100

/** A session that may be typed into. */
export type Found = { readonly session: SessionSight }

export const changed = hindered('its session changed right before it was typed to')

/** Whether tmux did nothing, since the session is not what it was. */
export const wasKept = (result: CommandResult): boolean => result.ok && result.stdout !== ''

/** Surely nothing was typed. Who was killed, failed or took too long may have typed it all the same: the next check looks at the prompt. */
const isUntyped = (result: CommandResult): boolean =>
  wasKept(result) || isSessionGone(result) || (!result.ok && ['missing', 'not-started'].includes(result.kind))

export async function say(
  performing: Performing,
  action: TriggerSpawn,
  { session }: Found,
): Promise<Setback | undefined> {
  const { tmux } = performing.town
  const { spawn, enterOnly } = action
  const pane = { ...session, ...session.identity }
  if (!enterOnly) {
    startTyping(performing, spawn.mailId)
    const typed = await tmux.type(spawn.session, pane, beginWord)
    if (isUntyped(typed)) stopTyping(performing, spawn.mailId)
    if (!typed.ok) return { error: typed.failure }
    const missing = wasKept(typed) ? changed : await notShown(performing, action, session)
    if (missing) return missing
  }
  const entered = await tmux.enter(spawn.session, pane)
  if (!entered.ok) return { error: entered.failure }
  if (wasKept(entered)) return changed
  endTyping(performing, spawn.mailId)
  return undefined
}

/** Enter is pressed only when the prompt shows the text: a menu that has come meanwhile would take it as its answer. */
async function notShown(
  performing: Performing,
  { spawn }: TriggerSpawn,
  session: SessionSight,
): Promise<Setback | undefined> {
  const until = ticks() + shownWithin
  for (let wait = beforeEnter; ; wait = pause) {
    await sleep(wait)
    const screen = await performing.town.tmux.capture(spawn.session, linesAbove, session)
    if (!screen.known) return blinded(screen.why)
    const { state, because } = readScreen(screen.value)
    if (state === 'typed') return undefined
    if (ticks() < until) continue
    if (state === 'blocked') stopTyping(performing, spawn.mailId)
    return hindered(`what was typed does not stand at its prompt, so Enter was not pressed: ${because}`)
  }
}
