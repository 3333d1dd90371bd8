import type { Hindrance } from './outcomes.js'
import type { Performing } from './performing.js'

/** Why a deed that may take `needed` milliseconds cannot begin any more in this check, or undefined when it can. */
export function shortOfTime({ town }: Performing, needed: number): Hindrance | undefined {
  const left = town.commands.left()
  if (left >= needed) return undefined
  return { because: `${inSeconds(left)} are left of this check, and it may take ${inSeconds(needed)}`, soon: true }
}

const inSeconds = (ms: number): string => `${Math.floor(ms / 1000)} s`
