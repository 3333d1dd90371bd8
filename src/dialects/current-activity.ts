import * as z from 'zod/mini'
import type { Stamp } from '../domain/activity.js'
import { parseGoTime } from '../domain/go-time.js'
import type { Leave } from '../domain/snapshot.js'
import { readJson } from '../ports/files.js'
import type { Dialect } from './dialect.js'

const leaveSchema = z.lazy(() =>
  z.object({
    timestamp: z.string(),
    state: z.literal('exiting'),
    bead: z._default(z.string(), ''),
  }),
)

/** gt says so when its agent calls `gt done`, whether the work is finished, deferred, or that fails half-way. */
function leaveOf(root: string, sessionName: string): Leave | undefined {
  const file = readJson(`${root}/.runtime/heartbeats/${sessionName}.json`)
  // Of most there is none.
  if (!file.known || file.value === null) return undefined
  const leave = leaveSchema.safeParse(file.value).data
  const at = leave && parseGoTime(leave.timestamp)
  return at === undefined ? undefined : { at, work: leave?.bead ?? '' }
}

/** Activity of a current town, and of its polecats. */
export const currentActivity = {
  leaveOf,
  activityStamps: ({ writtenAt }): readonly Stamp[] => writtenAt.map((at) => ({ at, writtenAt: at })),
} satisfies Partial<Dialect>
