import { join } from 'node:path'
import { type Known, known, mapKnown } from '../domain/known.js'
import { namesIn } from '../ports/files.js'
import { realPath } from '../ports/places.js'
import { schedulerNamed, schedulers } from './index.js'
import { type Installed, readManifest, scheduleOf, settingsFolder } from './manifest.js'
import { writtenFor } from './read-environment.js'
import { defaultSlug, type Machine, type Scheduler, type ScheduleSight } from './scheduler.js'

/** A schedule that is there for a town, and how it stands. */
export interface InPlace {
  readonly slug: string
  readonly scheduler: Scheduler
  readonly sight: ScheduleSight
  /** What `install` wrote down; undefined: somebody put the files there by hand. */
  readonly installed: Installed | undefined
}

/** Everything that starts checks of a town: what was installed for it first, then what else is active for it. Changes nothing. */
export async function schedulesFor(town: string, machine: Machine): Promise<Known<readonly InPlace[]>> {
  const manifest = readManifest(machine.configHome)
  if (!manifest.known) return manifest
  const own = scheduleOf(manifest.value, town)
  const first = own && { ...own, scheduler: schedulerNamed(own.installed.scheduler) }
  const others = slugsOf(own?.slug, machine)
    .flatMap((slug) => schedulers.map((scheduler) => ({ slug, scheduler, installed: undefined })))
    .filter((one) => isFor(town, one, machine) && !(one.slug === own?.slug && one.scheduler === first?.scheduler))
  const found = await Promise.all([...(first ? [first] : []), ...others].map((one) => looked(one, machine)))
  return known(found.filter(({ installed, sight }) => installed !== undefined || isOn(sight)))
}

/** Names under which a schedule of the town could be: its own, the plain one, and those of which a generated file is there. */
function slugsOf(own: string | undefined, { configHome }: Machine): readonly string[] {
  const names = namesIn(settingsFolder(configHome))
  const files = (names.known ? (names.value ?? []) : []).map(
    (name) => /^([a-z0-9][a-z0-9-]*)\.(env|sh)$/.exec(name)?.[1],
  )
  return [...new Set([own ?? defaultSlug, defaultSlug, ...files.filter((slug) => slug !== undefined)])]
}

const looked = async (one: Omit<InPlace, 'sight'>, machine: Machine): Promise<InPlace> => ({
  ...one,
  sight: await one.scheduler.look(one.slug, machine),
})

const isOn = ({ active }: ScheduleSight): boolean => active.known && active.value

/** Whether a schedule is for this town: its generated file says so; one without is for ~/gt. */
function isFor(town: string, { scheduler, slug }: Pick<InPlace, 'scheduler' | 'slug'>, machine: Machine): boolean {
  const root = mapKnown(
    writtenFor(scheduler.name, slug, machine),
    (said) => said['GT_TOWN_ROOT'] ?? join(machine.home, 'gt'),
  )
  return root.known && realPath(root.value) === realPath(town)
}
