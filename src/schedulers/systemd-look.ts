import { cannotTell, known } from '../domain/known.js'
import type { Machine, ScheduleSight } from './scheduler.js'
import { type Properties, showUnits } from './systemd-show.js'
import { unitOf } from './systemd-units.js'

/** How the timer of a schedule stands, and when it or the armed one will be next. */
export async function lookAt(slug: string, machine: Machine): Promise<ScheduleSight> {
  const timer = unitOf(slug, 'gt-heartbeat', 'timer')
  const armed = unitOf(slug, 'gt-rearm', 'timer')
  const shown = await showUnits(inUtc(machine), [timer, armed])
  if (shown.known) return sightOf(slug, shown.value)
  const active = cannotTell(shown.why)
  return { scheduler: 'systemd', slug, active, next: undefined, says: `${timer}: ${shown.why}` }
}

/** Times in UTC have no abbreviation that means two things. */
export const inUtc = (machine: Machine): Machine => ({ ...machine, env: { ...machine.env, TZ: 'UTC' } })

/** The same of units that were shown, with times in UTC. */
export function sightOf(slug: string, shown: ReadonlyMap<string, Properties>): ScheduleSight {
  const timer = unitOf(slug, 'gt-heartbeat', 'timer')
  const armed = unitOf(slug, 'gt-rearm', 'timer')
  const base = shown.get(timer) ?? {}
  const isActive = base['ActiveState'] === 'active'
  const times = {
    base: isActive ? nextOf(base) : undefined,
    armed: isActive ? nextOf(shown.get(armed) ?? {}) : undefined,
  }
  const all = Object.values(times).filter((time) => time !== undefined)
  const next = all.length === 0 ? undefined : Math.min(...all)
  const says = inWords({ timer, armed }, base, times)
  return { scheduler: 'systemd', slug, active: known(isActive), next, says }
}

interface Units {
  readonly timer: string
  readonly armed: string
}

/** Epoch ms at which each of them is next. */
interface Times {
  readonly base: number | undefined
  readonly armed: number | undefined
}

function inWords({ timer, armed }: Units, { ActiveState, LoadState }: Properties, times: Times): string {
  if (LoadState === 'not-found') return `${timer} is not there`
  if (ActiveState !== 'active') return `${timer} is ${ActiveState ?? 'unknown'}`
  const base = times.base === undefined ? `${timer}, active` : `${timer}, looks again at ${clock(times.base)}`
  return times.armed === undefined ? base : `${armed}, armed for ${clock(times.armed)}; ${base}`
}

const clock = (at: number): string => new Date(at).toTimeString().slice(0, 8)

/** Epoch ms of `Sun 2026-11-22 18:05:00 UTC`; undefined where there is none. A time since boot is not told: it only counts in the first seconds. */
function nextOf({ NextElapseUSecRealtime }: Properties): number | undefined {
  const [, day, time] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) UTC$/.exec(NextElapseUSecRealtime ?? '') ?? []
  return day === undefined ? undefined : Date.parse(`${day}T${time}Z`)
}
