import { dirname } from 'node:path'
import { fingerprint } from '../domain/fingerprint.js'
import { InstallError } from '../errors.js'
import { missingFolders } from '../ports/places-taken.js'
import { type Installed, type Manifest, manifestFile, writeManifest } from './manifest.js'
import { type Placement, place, remove, writtenBy } from './placing.js'
import type { Machine, Schedule, ScheduleFile, Scheduler, ScheduleSight, Step } from './scheduler.js'
import { type Account, takeSteps } from './taking.js'

/** A schedule to be put in place, and what is known of those that are. */
export interface Wish {
  readonly schedule: Schedule
  readonly scheduler: Scheduler
  readonly machine: Machine
  readonly manifest: Manifest
  readonly version: string
  /** Epoch ms. */
  readonly now: number
}

/** What is to be done, before any of it is. */
export interface Plan {
  readonly files: readonly ScheduleFile[]
  readonly placements: readonly Placement[]
}

/** Looks at every place and says what comes there. Changes nothing. Throws InstallError and ConfigError. */
export function planFor({ schedule, scheduler, machine, manifest, now }: Wish): Plan {
  const files = scheduler.files(schedule, machine)
  const written = writtenBy(Object.values(manifest.schedules))
  const before = manifest.schedules[schedule.slug]
  const others = Object.entries(manifest.schedules).filter(([slug]) => slug !== schedule.slug)
  const stay = new Set([...files.map(({ path }) => path), ...others.flatMap(([, { files }]) => Object.keys(files))])
  const gone = Object.keys({ ...before?.unfinished, ...before?.files }).filter((path) => !stay.has(path))
  const placements = [
    ...files.map((file) => place(file, written, now)),
    ...gone.map((path) => remove(path, written, now)).filter((placement) => placement !== undefined),
  ]
  return { files, placements }
}

/** Whether any file will not be as it was. */
export const isChange = ({ placements }: Plan): boolean => placements.some(({ change }) => change !== 'unchanged')

/** The steps of a plan, those of the scheduler included: for a dry run. */
export async function stepsOf(plan: Plan, { scheduler, schedule, machine }: Wish): Promise<readonly Step[]> {
  return [
    ...plan.placements.flatMap(({ steps }) => steps),
    ...(await scheduler.begin(schedule, machine, isChange(plan))),
  ]
}

/** Puts the files in place, has the scheduler begin, and reads back how it stands. What is installed is written down before and after.
 *  `made`: folders that were made for this already. */
export async function putInPlace(plan: Plan, wish: Wish, { account, made }: Doing): Promise<ScheduleSight> {
  const { scheduler, schedule, machine, manifest } = wish
  const folders = [...new Set([...manifest.folders, ...made, ...foldersFor(plan, wish)])]
  const isWhole = !isChange(plan) && manifest.schedules[schedule.slug]?.unfinished === undefined
  if (!isWhole) writeDown(wish, { ...entryOf(plan, wish), unfinished: filesBefore(wish) }, folders)
  await takeSteps(
    plan.placements.flatMap(({ steps }) => steps),
    account,
  )
  const begin = await scheduler.begin(schedule, machine, isChange(plan))
  const further = begin.flatMap(({ makes }) => (makes === undefined ? [] : missingFolders(makes)))
  await takeSteps(begin, account)
  writeDown(wish, entryOf(plan, wish), [...folders, ...further])
  return readBack(wish)
}

interface Doing {
  readonly account: Account
  readonly made: readonly string[]
}

/** Throws InstallError when the scheduler says that it will start nothing. */
async function readBack({ scheduler, schedule, machine }: Wish): Promise<ScheduleSight> {
  const sight = await scheduler.look(schedule.slug, machine)
  if (sight.active.known && !sight.active.value) throw new InstallError(`it does not run: ${sight.says}`)
  return sight
}

function writeDown({ machine, manifest, schedule }: Wish, entry: Installed, folders: readonly string[]): void {
  const schedules = { ...manifest.schedules, [schedule.slug]: entry }
  writeManifest(machine.configHome, { ...manifest, schedules, folders: [...folders] })
}

/** The same installation once more keeps its time. */
function entryOf({ files }: Plan, { manifest, schedule, scheduler, version, now }: Wish): Installed {
  const { unfinished: _, ...before } = manifest.schedules[schedule.slug] ?? { at: '' }
  const prints = Object.fromEntries(files.map(({ path, text }) => [path, fingerprint(text)]))
  const known = { town: schedule.town, scheduler: scheduler.name, version, at: before.at, files: prints }
  const entry = { ...known, ...before, ...known }
  return JSON.stringify(entry) === JSON.stringify(before) ? entry : { ...entry, at: new Date(now).toISOString() }
}

function filesBefore({ manifest, schedule }: Wish): Installed['unfinished'] {
  const before = manifest.schedules[schedule.slug]
  return { ...before?.unfinished, ...before?.files }
}

/** Folders that the files will make. */
function foldersFor({ files }: Plan, { machine }: Wish): readonly string[] {
  const paths = [manifestFile(machine.configHome), ...files.map(({ path }) => path)]
  return paths.flatMap((path) => missingFolders(dirname(path)))
}
