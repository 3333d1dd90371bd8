import { join } from 'node:path'
import * as z from 'zod'
import { parseGoTime } from '../domain/go-time.js'
import type { Leave } from '../domain/snapshot.js'
import { modifiedAt, namesIn, readJson } from '../ports/files.js'
import type { Dialect, Stamp } from './dialect.js'

/** The town's log of events, and the heartbeats of its agents: gt writes one of them in nearly every command. */
function activityFiles(root: string): readonly string[] {
  const folder = join(root, '.runtime', 'heartbeats')
  const names = namesIn(folder)
  const heartbeats = names.known ? (names.value ?? []).filter((name) => name.endsWith('.json')) : []
  return [join(root, '.events.jsonl'), ...heartbeats.map((name) => join(folder, name))]
}

const leaveSchema = z.object({
  timestamp: z.string(),
  state: z.literal('exiting'),
  bead: z.string().default(''),
})

/** gt says so when its agent calls `gt done`, whether the work is finished, deferred, or that fails half-way. */
function leaveOf(root: string, sessionName: string): Leave | undefined {
  const file = readJson(join(root, '.runtime', 'heartbeats', `${sessionName}.json`))
  const leave = file.known ? leaveSchema.safeParse(file.value).data : undefined
  const at = leave && parseGoTime(leave.timestamp)
  return at === undefined ? undefined : { at, work: leave?.bead ?? '' }
}

/** Activity of a current town, and of its polecats. */
export const currentActivity = {
  activityFiles,
  leaveOf,
  activityStamps: (root): readonly Stamp[] =>
    activityFiles(root)
      .map(modifiedAt)
      .flatMap((at) => (at === undefined ? [] : [{ at, writtenAt: at }])),
} satisfies Partial<Dialect>
