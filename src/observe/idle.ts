import * as z from 'zod/mini'
import type { Stamp } from '../dialects/dialect.js'
import { parseGoTime } from '../domain/go-time.js'
import type { Ledger } from '../domain/ledger.js'
import { modifiedAt, readJson } from '../ports/files.js'
import type { Doorstep } from '../town.js'

/** When somebody last did something in the town, as far as its activity file tells. */
export interface Activity {
  /** Whole seconds since then; null: nobody can tell. */
  readonly idleSeconds: number | null
  /** Epoch ms. */
  readonly activityAt: number | undefined
}

/** The stamps that the town's own files and activity files bear. */
export interface Stamps {
  /** What this kind of town tells itself; undefined: it has only activity files. */
  readonly told: readonly Stamp[] | undefined
  readonly first: Stamp | undefined
}

const activitySchema = z.object({ timestamp: z.string() })

/** Reads the traces of activity in the town. Must be called before the check's first child: bd and gt leave them too. */
export function sampleActivity({ dialect, root, env }: Pick<Doorstep, 'dialect' | 'root' | 'env'>): Stamps {
  const told = dialect.activityStamps?.(root)
  return { told, first: told === undefined ? firstStamp(dialect.activityFiles(root, env)) : undefined }
}

/** How active the town is by these traces, beside what earlier checks left themselves. */
export const activityBy = ({ told, first }: Stamps, ledger: Ledger, now: number): Activity =>
  idleSince(told === undefined ? first : newestStamp(told, ledger), ledger, now)

const firstStamp = (paths: readonly string[]): Stamp | undefined =>
  paths.map(readStamp).find((stamp) => stamp !== undefined)

/** The newest that the last check did not leave itself, else the newest. */
function newestStamp(stamps: readonly Stamp[], ledger: Ledger): Stamp | undefined {
  const newestFirst = stamps.toSorted((one, other) => other.at - one.at)
  return newestFirst.find((stamp) => !isOurs(stamp, ledger)) ?? newestFirst[0]
}

function readStamp(path: string): Stamp | undefined {
  const file = readJson(path)
  const activity = file.known ? activitySchema.safeParse(file.value).data : undefined
  const at = activity && parseGoTime(activity.timestamp)
  const writtenAt = modifiedAt(path)
  return at === undefined || writtenAt === undefined ? undefined : { at, writtenAt }
}

/** How long the town has been idle. A stamp that the last check left itself does not count: what it remembered does. A
 *  time in the future counts as now. */
export function idleSince(stamp: Stamp | undefined, ledger: Ledger, now: number): Activity {
  if (stamp === undefined) return { idleSeconds: null, activityAt: undefined }
  const at = isOurs(stamp, ledger) ? ledger.activityAt : stamp.at
  if (at === undefined) return { idleSeconds: null, activityAt: undefined }
  const activityAt = Math.min(at, now)
  return { idleSeconds: Math.floor((now - activityAt) / 1000), activityAt }
}

/** Whether both times of a stamp lie within the last check; in whole seconds, as stamps are. */
function isOurs({ at, writtenAt }: Stamp, { lastCheck }: Ledger): boolean {
  if (lastCheck === undefined) return false
  const [from, to] = [seconds(lastCheck.startedAt), seconds(lastCheck.endedAt)]
  return [at, writtenAt].every((time) => seconds(time) >= from && seconds(time) <= to)
}

const seconds = (ms: number): number => Math.floor(ms / 1000)

/** After so long without a check all ages are wrong at first, ms; more than two intervals must have passed as well. */
const longGap = 30 * 60_000

/** Whether the last complete check is longer ago than it should be (sleep, power off), or took longer: the machine slept in the
 *  middle of it. A check in between that observed nothing does not end the gap. The first check ever is no such one. */
export function isAfterGap({ lastComplete }: Ledger, startedAt: number): boolean {
  if (lastComplete === undefined) return false
  const gap = Math.max(startedAt - lastComplete.endedAt, lastComplete.endedAt - lastComplete.startedAt)
  return gap >= longGap && gap > 2 * lastComplete.intervalSeconds * 1000
}
