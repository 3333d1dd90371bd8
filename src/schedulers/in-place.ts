import { type Known, known } from '../domain/known.js'
import { realPath } from '../ports/places.js'
import { schedulerNamed, schedulers } from './index.js'
import { type Installed, type Manifest, readManifest, scheduleOf } from './manifest.js'
import type { Machine, PresentSchedule, Scheduler, ScheduleSight } from './scheduler.js'

/** A schedule that is there for a town, and how it stands. */
export interface InPlace extends Omit<PresentSchedule, 'scheduler' | 'town'> {
  readonly scheduler: Scheduler
  /** What `install` wrote down; undefined: somebody put the files there by hand. */
  readonly installed: Installed | undefined
}

/** What starts checks of a town. */
interface Schedules {
  /** What was installed for it first, then what else is active for it. */
  readonly found: readonly InPlace[]
  /** Why some scheduler does not say what it has, a line each. */
  readonly doubts: readonly string[]
}

/** Everything that starts checks of a town. Changes nothing. */
export async function schedulesFor(town: string, machine: Machine): Promise<Known<Schedules>> {
  const manifest = readManifest(machine.configHome)
  if (!manifest.known) return manifest
  const own = scheduleOf(manifest.value, town)
  const [first, { byHand, doubts }] = await Promise.all([
    own && looked(own, machine),
    schedulesByHand(manifest.value, machine),
  ])
  const others = byHand.filter((one) => isFor(town, one) && !isOff(one.sight)).map(inPlace)
  return known({ found: [...(first ? [first] : []), ...others], doubts })
}

/** Schedules that `install` did not make, of all towns; and why some scheduler does not say which it has. Changes nothing. */
export async function schedulesByHand(manifest: Manifest, machine: Machine) {
  const answers = await Promise.all(
    schedulers.map(async ({ name, present }) => ({ name, found: await present(machine) })),
  )
  const isInstalled = ({ slug, scheduler }: PresentSchedule) => manifest.schedules[slug]?.scheduler === scheduler
  return {
    byHand: answers.flatMap(({ found }) => (found.known ? found.value : [])).filter((one) => !isInstalled(one)),
    doubts: answers.flatMap(({ name, found }) =>
      found.known ? [] : [`whether ${name} starts checks is unknown: ${found.why}`],
    ),
  }
}

/** Whether a schedule is for this town. */
export const isFor = (town: string, one: PresentSchedule): boolean =>
  one.town === town || (realPath(one.town) !== undefined && realPath(one.town) === realPath(town))

const isOff = ({ active }: ScheduleSight): boolean => active.known && !active.value

const inPlace = ({ scheduler, ...one }: PresentSchedule): InPlace => ({
  ...one,
  scheduler: schedulerNamed(scheduler),
  installed: undefined,
})

async function looked(
  { slug, installed }: { readonly slug: string; readonly installed: Installed },
  machine: Machine,
): Promise<InPlace> {
  const scheduler = schedulerNamed(installed.scheduler)
  return { slug, scheduler, installed, sight: await scheduler.look(slug, machine), removal: ['gt-heartbeat uninstall'] }
}
