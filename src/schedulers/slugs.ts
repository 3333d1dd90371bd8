import { basename } from 'node:path'
import { isFor } from './in-place.js'
import { type Manifest, scheduleOf } from './manifest.js'
import { writtenFor } from './read-environment.js'
import { defaultSlug, type Machine, type PresentSchedule } from './scheduler.js'

const longest = 40

/** Where names may be taken: by what was installed, and by what was put there by hand. */
interface Taken {
  readonly manifest: Manifest
  readonly byHand: readonly PresentSchedule[]
  readonly machine: Machine
}

/** The name under which a town is scheduled: the one it has; else that of the schedule without a name while it is free; else one made of the
 *  folder's name, with a number where it is taken. */
export function slugFor(town: string, { manifest, byHand, machine }: Taken): string {
  const own = scheduleOf(manifest, town)
  if (own !== undefined) return own.slug
  const isRunning = (slug: string) => byHand.some((one) => one.slug === slug && !isFor(town, one))
  const isFree = (slug: string) =>
    manifest.schedules[slug] === undefined && !isRunning(slug) && !isAnothers(slug, town, machine)
  if (isFree(defaultSlug)) return defaultSlug
  const name = slugOfName(basename(town))
  for (let n = 1; ; n++) {
    const slug = n === 1 ? name : `${name}-${n}`
    if (slug !== defaultSlug && isFree(slug)) return slug
  }
}

/** `[a-z0-9][a-z0-9-]*` out of any name; `town` where nothing is left of it. */
export function slugOfName(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  const slug = plain
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, longest)
    .replace(/^-+|-+$/g, '')
  return slug === '' ? 'town' : slug
}

/** Files that somebody put there by hand may hold the name for another town. */
function isAnothers(slug: string, town: string, machine: Machine): boolean {
  return (['systemd', 'cron'] as const).some((scheduler) => {
    const written = writtenFor(scheduler, slug, machine)
    const named = written.known ? written.value['GT_TOWN_ROOT'] : undefined
    return named !== undefined && named !== town
  })
}
