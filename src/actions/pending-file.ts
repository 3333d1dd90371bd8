import { join } from 'node:path'
import type { PendingSpawn } from '../domain/snapshot.js'
import { addFolder, exists, readJson } from '../ports/files.js'
import { townFile } from '../ports/folders.js'
import { writeThrough } from '../ports/write-file.js'
import type { Performing } from './performing.js'

/** Changes the entries of `spawn/pending.json`, which are kept as they stand otherwise; an empty list is written `null`, as
 *  gt does. Returns why it could not be done: a file that is no list is the town's to mend and stays untouched. */
function changePending(
  { town }: Performing,
  change: (entries: readonly unknown[]) => readonly unknown[],
): string | undefined {
  const path = join(town.root, 'spawn', 'pending.json')
  const parsed = readJson(path)
  if (!parsed.known) return parsed.why
  const entries: unknown = parsed.value ?? []
  if (!Array.isArray(entries)) return `${path} holds no list of spawns`
  const changed = change(entries)
  if (changed.length === entries.length && changed.every((entry, index) => entry === entries[index])) return undefined
  if (!exists(townFile(town.root))) return `the town is gone: there is no ${townFile(town.root)} any more`
  addFolder(join(town.root, 'spawn'))
  writeThrough(path, JSON.stringify(changed.length > 0 ? changed : null, null, 2), fileMode)
  return undefined
}

/** Readable for all, as gt makes it. */
const fileMode = 0o644

/** Adds spawns that are not on the list yet; on disk when this returns without a complaint. */
export function addPending(performing: Performing, spawns: readonly PendingSpawn[]): string | undefined {
  return changePending(performing, (entries) => {
    const listed = new Set(entries.map(mailIdOf))
    return [...entries, ...spawns.filter(({ mailId }) => !listed.has(mailId)).map(entryOf)]
  })
}

/** Takes the spawn of this mail off the list. */
export function dropPending(performing: Performing, mailId: string): string | undefined {
  return changePending(performing, (entries) => entries.filter((entry) => mailIdOf(entry) !== mailId))
}

const entryOf = ({ rig, polecat, session, issue, spawnedAt, mailId }: PendingSpawn) => ({
  rig,
  polecat,
  session,
  issue,
  spawned_at: new Date(spawnedAt).toISOString(),
  mail_id: mailId,
})

const mailIdOf = (entry: unknown): unknown =>
  typeof entry === 'object' && entry !== null && 'mail_id' in entry ? entry.mail_id : undefined
