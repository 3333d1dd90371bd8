import { join, resolve } from 'node:path'
import * as z from 'zod/mini'
import type { Known } from '../domain/known.js'
import type { Rig } from '../domain/snapshot.js'
import { readJson, readText } from '../ports/files.js'
import { realPath } from '../ports/places.js'
import type { DatabaseList } from './database.js'
import { databasesOf } from './databases.js'
import { filesIn, isDolt, storeOf } from './issue-store.js'

/** Every folder of a classic town that holds issues in SQLite, or as lines. */
export const classicDatabases = (root: string, rigs: readonly Rig[]): Known<DatabaseList> =>
  databasesOf(root, rigs, (folder) => storeOf(folder, holdsDatabase))

const metadataSchema = z.object({ database: z.string().check(z.minLength(1)) })

/** Whether a store is bd's own, of the time before it spoke to a server. */
export const holdsOwnDatabase = (store: string): boolean => holdsDatabase(store) && !isDolt(store)

/** As bd looks for it: the file that metadata.json names, any `.db` that is no backup, or issues as lines where bd is told to use those. */
function holdsDatabase(store: string): boolean {
  const names = filesIn(store)
  if (names.some((name) => name.endsWith('.db') && !name.includes('.backup') && name !== 'vc.db')) return true
  const metadata = readJson(join(store, 'metadata.json'))
  const named = metadata.known ? metadataSchema.safeParse(metadata.value).data?.database : undefined
  if (named !== undefined && realPath(resolve(store, named)) !== undefined) return true
  return names.includes('issues.jsonl') && usesLines(store)
}

function usesLines(store: string): boolean {
  const config = readText(join(store, 'config.yaml'))
  return config.known && /^no-db:\s*true\s*(#.*)?$/m.test(config.value ?? '')
}
