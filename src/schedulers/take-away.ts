import { dirname } from 'node:path'
import { schedulerNamed } from './index.js'
import { type Installed, type Manifest, writeManifest } from './manifest.js'
import { type Placement, remove, writtenBy } from './placing.js'
import type { Machine, Step } from './scheduler.js'
import { type Account, takeSteps } from './taking.js'

/** A schedule to be taken away. */
export interface Farewell {
  readonly slug: string
  readonly installed: Installed
  readonly manifest: Manifest
  readonly machine: Machine
  /** Epoch ms. */
  readonly now: number
}

/** What becomes of each of its files that other schedules do not need. Throws InstallError when one cannot be looked at. */
function removalsFor({ slug, installed, manifest, now }: Farewell): readonly Placement[] {
  const others = Object.entries(manifest.schedules).filter(([other]) => other !== slug)
  const needed = new Set(others.flatMap(([, { files }]) => Object.keys(files)))
  const paths = Object.keys({ ...installed.unfinished, ...installed.files }).filter((path) => !needed.has(path))
  const written = writtenBy([installed])
  return paths.map((path) => remove(path, written, now)).filter((placement) => placement !== undefined)
}

/** Every step, for a dry run. */
export async function farewellSteps(farewell: Farewell): Promise<readonly Step[]> {
  const { slug, installed, machine } = farewell
  const scheduler = schedulerNamed(installed.scheduler)
  return [
    ...(await scheduler.end(slug, machine)),
    ...removalsFor(farewell).flatMap(({ steps }) => steps),
    ...(await scheduler.tidy(slug, machine)),
  ]
}

/** Ends the schedule and takes its files away. Returns what else stands in the manifest, and the folders that go with the last schedule. */
export async function takeAway(farewell: Farewell, account: Account) {
  const { slug, installed, manifest, machine } = farewell
  const scheduler = schedulerNamed(installed.scheduler)
  const removals = removalsFor(farewell)
  await takeSteps(await scheduler.end(slug, machine), account)
  await takeSteps(
    removals.flatMap(({ steps }) => steps),
    account,
  )
  await takeSteps(await scheduler.tidy(slug, machine), account)
  const { [slug]: _, ...schedules } = manifest.schedules
  const left = { ...manifest, schedules }
  writeManifest(machine.configHome, left)
  const emptied = removals.map(({ path }) => dirname(path)).filter((folder) => manifest.folders.includes(folder))
  const isLast = Object.keys(schedules).length === 0
  return { removals, manifest: left, clear: isLast ? manifest.folders : emptied }
}
