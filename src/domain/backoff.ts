import type { AgentRecord, StartRecord } from './ledger.js'
import type { Backoff } from './settings.js'

/** When an agent may be started again without being asked to. `until` is epoch ms, `count` the starts that came to nothing. */
export type NextTry =
  | { readonly state: 'free' }
  | { readonly state: 'waiting' | 'held'; readonly until: number; readonly count: number }

/** So many of the latest starts are kept besides those that made the agent one that is held. */
const KEPT = 20

/** The starts that count, oldest first: not somebody else's that was faster, none forgiven; a moment in the future counts as now. */
function counted(starts: readonly StartRecord[], now: number): readonly StartRecord[] {
  const ours = starts.filter(({ outcome, forgiven }) => outcome !== 'duplicate' && forgiven !== true)
  return ours.map((start) => ({ ...start, at: Math.min(start.at, now) })).toSorted((one, other) => one.at - other.at)
}

/** Index of the first of `holdAfter` starts within one window; -1 when there were never so many. */
function loopIn(starts: readonly StartRecord[], { holdAfter, window }: Backoff): number {
  return starts.findIndex(({ at }, index) => {
    const last = starts[index + holdAfter - 1]
    return last !== undefined && last.at - at <= window
  })
}

const waitAfter = (count: number, { initial, max }: Backoff): number =>
  Math.min(max, initial * 2 ** Math.min(count - 1, 30))

/**
 * When the next start by inference is due, by the starts since the agent was last well. One that was held once is started
 * once a `hold` from then on; nobody waits longer than `hold` from now, whatever the clock did.
 */
export function nextTry(starts: readonly StartRecord[], now: number, backoff: Backoff): NextTry {
  const past = counted(starts, now)
  const last = past.at(-1)
  if (last === undefined) return { state: 'free' }
  const state = loopIn(past, backoff) >= 0 ? 'held' : 'waiting'
  const wait = state === 'held' ? backoff.hold : waitAfter(past.length, backoff)
  const until = Math.min(last.at + wait, now + backoff.hold)
  return until <= now ? { state: 'free' } : { state, until, count: past.length }
}

/** The state of an agent that is down and whose next start is not due. */
export const triedState = ({ state }: Exclude<NextTry, { state: 'free' }>): 'retrying' | 'held' =>
  state === 'held' ? 'held' : 'retrying'

/** How the starts went that count, in words: `1 restart failed (claude was not found …)`. */
export function inVain(starts: readonly StartRecord[]): string {
  const tried = starts.filter(({ outcome, forgiven }) => outcome !== 'duplicate' && forgiven !== true)
  const failed = tried.filter(({ outcome }) => outcome === 'failed')
  const number = `${tried.length} restart${tried.length === 1 ? '' : 's'}`
  const error = failed.at(-1)?.error
  const last = error === undefined ? '' : ` (${error})`
  return failed.length === tried.length ? `${number} failed${last}` : `${number} did not keep it running${last}`
}

/** Whether requests started the agent so often within the window that one more has to wait while its session stays. */
export function tooManyRequested(record: AgentRecord, now: number, backoff: Backoff): boolean {
  const requested = counted(record.starts, now).filter(({ by, at }) => by === 'request' && now - at < backoff.window)
  return requested.length >= backoff.holdAfter
}

/** Of the starts of an agent that is well the last one whose session is known, to know that session again; it counts no more. */
function forgive(starts: readonly StartRecord[]): readonly StartRecord[] {
  const last = starts.findLast(({ identity }) => identity !== undefined)
  return last === undefined ? [] : [{ ...last, forgiven: true }]
}

/**
 * What is worth remembering of an agent's starts after a check: they are forgiven once it was alive for `healthyAfter`; else
 * those that made it one that is held and the latest, no moment later than now (so that a clock set back holds nobody for ever).
 */
export function settledStarts(record: AgentRecord, now: number, backoff: Backoff): readonly StartRecord[] {
  if (record.starts.length === 0) return record.starts
  const isWell = record.aliveSince !== undefined && now - record.aliveSince >= backoff.healthyAfter
  if (isWell) return forgive(record.starts)
  const past = counted(record.starts, now)
  const loop = loopIn(past, backoff)
  const madeHeld = (index: number): boolean => loop >= 0 && index >= loop && index < loop + backoff.holdAfter
  const kept = past.filter((_, index) => madeHeld(index) || index >= past.length - KEPT)
  return [...record.starts.filter(({ forgiven }) => forgiven).slice(-1), ...kept]
}
