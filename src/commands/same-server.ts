import { ConfigError } from '../errors.js'
import { presumedSocket } from '../find-dialect.js'
import { findTown } from '../find-town.js'
import type { Wish } from '../schedulers/put-in-place.js'
import { writtenFor } from '../schedulers/read-environment.js'

/** Other towns with a schedule whose sessions are on the same tmux server: a deacon has the same name in each of them. */
export function sameServer({ schedule, manifest, machine }: Wish): readonly string[] {
  const socket = socketOf(schedule.town, schedule.environment)
  const others = Object.entries(manifest.schedules).filter(([slug]) => slug !== schedule.slug)
  const beside = others.filter(([slug, { town, scheduler }]) => {
    const written = writtenFor(scheduler, slug, machine)
    return socket !== undefined && written.known && socketOf(town, written.value) === socket
  })
  return beside.map(
    ([, { town }]) =>
      `${town} is on the same tmux server (${socket}), where a deacon of either town is taken for the other's: give this one its own, by TMUX_TMPDIR (a short path of a folder that is there) or tmuxSocket in its configuration, and type gt-heartbeat install again`,
  )
}

/** Where the checks of a town look for its sessions; undefined where they look nowhere. */
function socketOf(town: string, env: Readonly<Record<string, string>>): string | undefined {
  try {
    return presumedSocket({ ...findTown({ town, env, cwd: town }), env })
  } catch (error) {
    if (error instanceof ConfigError) return undefined
    throw error
  }
}
