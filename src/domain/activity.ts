import type { Known } from './known.js'
import type { Ledger } from './ledger.js'

/** The activity files of a town as they were at one moment. Times are epoch ms. */
export interface ActivitySample {
  readonly at: number
  /** Those of a classic town that are there, the town's own first: what they hold, and when they were written. */
  readonly notes: readonly { readonly content: Known<unknown>; readonly writtenAt: number }[]
  /** When those of a current town were written. */
  readonly writtenAt: readonly number[]
}

/** When something happened, and when the file that tells so was written. Epoch ms. */
export interface Stamp {
  readonly at: number
  readonly writtenAt: number
}

/** When the town was last active, as far as its activity files tell. */
export interface Activity {
  /** Whole seconds since then; null: nobody can tell. */
  readonly idleSeconds: number | null
  /** Epoch ms. */
  readonly activityAt: number | undefined
}

/** How long the town has been idle at the time of a sample. A stamp that a check left itself does not count: what was remembered before
 *  does. A time in the future counts as now. */
export function idleSince(stamps: readonly Stamp[], ledger: Ledger, now: number): Activity {
  const at = lastActivity(stamps, ledger)
  if (at === undefined) return { idleSeconds: null, activityAt: undefined }
  const activityAt = Math.min(at, now)
  return { idleSeconds: Math.floor((now - activityAt) / 1000), activityAt }
}

function lastActivity(stamps: readonly Stamp[], ledger: Ledger): number | undefined {
  if (stamps.length === 0) return undefined
  const { activityAt, lastCheck } = ledger
  const others = stamps.filter((stamp) => !isOurs(stamp, ledger))
  const news = activityAt === undefined ? others : others.filter((stamp) => !wasSeen(stamp, ledger))
  // Where all are ours, all that can be told is that nothing has happened since.
  const remembered = activityAt ?? (others.length === 0 ? lastCheck?.startedAt : undefined)
  const times = [...news.map(({ at }) => at), ...(remembered === undefined ? [] : [remembered])]
  return times.length === 0 ? undefined : Math.max(...times)
}

/** The last check, and the last run for requests alone. */
const lastRuns = ({ lastCheck, lastPass }: Ledger) => [lastCheck, lastPass].filter((run) => run !== undefined)

/** Whether both times of a stamp lie within the last check, or the last run for requests; in whole seconds, as stamps are. */
const isOurs = ({ at, writtenAt }: Stamp, ledger: Ledger): boolean =>
  lastRuns(ledger).some(({ startedAt, endedAt }) =>
    [at, writtenAt].every((time) => seconds(time) >= seconds(startedAt) && seconds(time) <= seconds(endedAt)),
  )

/** Whether an earlier run has judged a stamp already: it was written before that run. */
const wasSeen = ({ writtenAt }: Stamp, ledger: Ledger): boolean =>
  lastRuns(ledger).some(({ startedAt }) => seconds(writtenAt) < seconds(startedAt))

const seconds = (ms: number): number => Math.floor(ms / 1000)
