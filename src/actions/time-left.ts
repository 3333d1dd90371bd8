import { now } from '../ports/clock.js'
import type { Hindrance } from './outcomes.js'
import type { Performing } from './performing.js'

/** Why a deed that may take `needed` milliseconds cannot begin any more in this check, or undefined when it can. */
export function shortOfTime({ town }: Performing, needed: number): Hindrance | undefined {
  const left = town.commands.left()
  if (left >= needed) return undefined
  return { because: `${inSeconds(left)} are left of this check, and it may take ${inSeconds(needed)}`, soon: true }
}

/** So long something that was seen may be acted on without another look, milliseconds. */
const freshFor = 30_000

/** Why what was seen at that time (epoch ms) is nothing to act on: this check, or the machine, has slept since, or somebody has set the clock. */
export function tooOld(seenAt: number): Hindrance | undefined {
  const age = Math.abs(now() - seenAt)
  if (age <= freshFor) return undefined
  return { because: `what it goes by was seen ${inSeconds(age)} ago by the clock`, soon: true }
}

const inSeconds = (ms: number): string => `${Math.floor(ms / 1000)} s`
