import { join } from 'node:path'
import * as z from 'zod'
import { isTooDeep } from '../domain/depth.js'
import { parseGoTime } from '../domain/go-time.js'
import { cannotTell, type Known, known } from '../domain/known.js'
import type { PendingSpawn } from '../domain/snapshot.js'
import { readJson } from '../ports/files.js'

const entrySchema = z
  .object({
    rig: z.string(),
    polecat: z.string(),
    session: z.string().default(''),
    issue: z.string().default(''),
    spawned_at: z.string(),
    mail_id: z.string().default(''),
  })
  .transform(({ spawned_at, mail_id, ...entry }, context): PendingSpawn => {
    const spawnedAt = parseGoTime(spawned_at)
    if (spawnedAt === undefined) context.addIssue({ code: 'custom', message: `spawned_at is no time: ${spawned_at}` })
    return { ...entry, spawnedAt: spawnedAt ?? 0, mailId: mail_id }
  })
const listSchema = z.array(entrySchema).nullable()

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
