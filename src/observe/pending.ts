import { join } from 'node:path'
import * as z from 'zod/mini'
import { isTooDeep } from '../domain/depth.js'
import { parseGoTime } from '../domain/go-time.js'
import { cannotTell, type Known, known } from '../domain/known.js'
import type { PendingSpawn } from '../domain/snapshot.js'
import { readJson } from '../ports/files.js'

const entry = z.lazy(() =>
  z.object({
    rig: z.string(),
    polecat: z.string(),
    session: z._default(z.string(), ''),
    issue: z._default(z.string(), ''),
    spawned_at: z.string(),
    mail_id: z._default(z.string(), ''),
  }),
)
const entrySchema = z.pipe(
  entry,
  z.transform(({ spawned_at, mail_id, ...rest }, { issues }): PendingSpawn => {
    const spawnedAt = parseGoTime(spawned_at)
    const message = `spawned_at is no time: ${spawned_at}`
    if (spawnedAt === undefined) issues.push({ code: 'custom', message, input: spawned_at })
    return { ...rest, spawnedAt: spawnedAt ?? 0, mailId: mail_id }
  }),
)
const listSchema = z.nullable(z.array(entrySchema))

/** The entries of `spawn/pending.json`; none where there is no such file, or where it says `null`, as gt writes an empty list.
 *  One entry that is none makes the whole file unreadable: it is written back as a whole. */
export function readPending(root: string): Known<readonly PendingSpawn[]> {
  const path = join(root, 'spawn', 'pending.json')
  const file = readJson(path)
  if (!file.known) return file
  if (isTooDeep(file.value)) return cannotTell(`${path} is no list of spawns: it is nested too deep`)
  const list = listSchema.safeParse(file.value)
  if (list.success) return known(list.data ?? [])
  const [issue] = list.error.issues
  return cannotTell(`${path} is no list of spawns: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`)
}
