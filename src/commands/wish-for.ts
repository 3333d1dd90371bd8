import { join, resolve } from 'node:path'
import { residentDaemon } from '../gate/resident-daemon.js'
import { now } from '../ports/clock.js'
import { exists } from '../ports/files.js'
import { ownerOf } from '../ports/user.js'
import type { Flags } from '../request.js'
import { takeEnvironment } from '../schedulers/environment.js'
import { isFor, schedulesByHand } from '../schedulers/in-place.js'
import { chooseScheduler } from '../schedulers/index.js'
import type { Manifest } from '../schedulers/manifest.js'
import { findPrograms } from '../schedulers/programs.js'
import type { Wish } from '../schedulers/put-in-place.js'
import type { Machine, PresentSchedule } from '../schedulers/scheduler.js'
import { slugFor } from '../schedulers/slugs.js'
import { shown } from '../schedulers/steps.js'
import { version } from '../version.js'
import { sameServer } from './same-server.js'

interface Asked {
  readonly town: string
  readonly flags: Flags
  readonly cwd: string
  readonly machine: Machine
  readonly manifest: Manifest
}

/** What is to be installed for a town, and what a person should know of it. Throws Unavailable and ConfigError. */
export async function wishFor({ town, flags, cwd, machine, manifest }: Asked) {
  const { byHand } = await schedulesByHand(manifest, machine)
  const slug = slugFor(town, { manifest, byHand, machine })
  const scheduler = await chooseScheduler(machine, flags.scheduler ?? manifest.schedules[slug]?.scheduler)
  const { programs, path, notes } = await findPrograms(machine)
  const options = flags.config === undefined ? [] : ['--config', resolve(cwd, flags.config)]
  const environment = takeEnvironment(machine, { town, path, options })
  const schedule = { slug, town, environment, programs }
  const wish: Wish = { schedule, scheduler, machine, manifest, version, now: now() }
  const beside = byHand.filter((one) => isFor(town, one) && !isReplaced(one, wish)).map(told)
  const more = [...foreign(town, machine), ...beside, ...lost(wish), ...sameServer(wish), ...(await resident(wish))]
  return { wish, notes: [...notes, ...more] }
}

/** What this installation writes over. */
const isReplaced = ({ scheduler, slug }: PresentSchedule, wish: Wish): boolean =>
  scheduler === wish.scheduler.name && slug === wish.schedule.slug

const told = ({ scheduler, slug, removal }: PresentSchedule): string =>
  `${scheduler} (${slug}) has a schedule for this town too, which was put there by hand; end it: ${removal.join('; ')}`

/** Schedules of towns that are gone: whose folder was moved, perhaps. */
const lost = ({ manifest }: Wish): readonly string[] =>
  Object.values(manifest.schedules)
    .filter(({ town }) => !exists(join(town, 'mayor/town.json')))
    .map(
      ({ town }) =>
        `there is a schedule for ${town}, where no town is any more: gt-heartbeat uninstall --town ${shown(town)}`,
    )

async function resident({ schedule, machine }: Wish): Promise<readonly string[]> {
  const found = await residentDaemon({ root: schedule.town, commands: machine.commands })
  return found === undefined
    ? []
    : ['a resident daemon looks after this town, and checks refuse while it runs: gt daemon stop']
}

function foreign(town: string, { uid }: Machine): readonly string[] {
  const owner = ownerOf(town)
  return owner === undefined || owner === uid
    ? []
    : [`the town belongs to another user (uid ${owner}); its checks and agents will run as uid ${uid}`]
}
