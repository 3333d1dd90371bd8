import { join, resolve } from 'node:path'
import * as z from 'zod/mini'
import { type Known, known } from '../domain/known.js'
import type { Rig } from '../domain/snapshot.js'
import { namesIn, readJson, readText } from '../ports/files.js'
import { realPath } from '../ports/places.js'
import type { DatabaseList } from './database.js'
import { databasesOf } from './databases.js'
import { isDolt } from './issue-store.js'

/** Every folder of a classic town that holds issues in SQLite, or as lines. */
export const classicDatabases = (root: string, rigs: readonly Rig[]): Known<DatabaseList> =>
  databasesOf(root, rigs, showsDatabase)

const metadataSchema = z.object({ database: z.string().check(z.minLength(1)) })

/** Whether a store surely is bd's own, of the time before it spoke to a server. */
export function holdsOwnDatabase(store: string): boolean {
  const shown = showsDatabase(store)
  return shown.known && shown.value && !isDolt(store)
}

/** Whether anything in a store names a database, as bd looks for it: any `.db` that is no backup, the file that metadata.json names, or what
 *  config.yaml says. Cannot tell where that cannot be read: only bd knows. */
function showsDatabase(store: string): Known<boolean> {
  const names = namesIn(store)
  if (!names.known) return names
  const files = names.value ?? []
  if (files.some((name) => name.endsWith('.db') && !name.includes('.backup') && name !== 'vc.db')) return known(true)
  const [metadata, config] = [readJson(join(store, 'metadata.json')), readText(join(store, 'config.yaml'))]
  if (!metadata.known) return metadata
  if (!config.known) return config
  const named = metadataSchema.safeParse(metadata.value).data?.database
  const isThere = named !== undefined && realPath(resolve(store, named)) !== undefined
  return known(
    isThere || isElsewhere(config.value ?? '') || (files.includes('issues.jsonl') && usesLines(config.value ?? '')),
  )
}

/** bd takes the database from wherever `db` says. */
const isElsewhere = (config: string): boolean => /^["']?db["']?\s*:\s*(?!["']{2}\s*(#|$))[^\s#]/m.test(config)
const usesLines = (config: string): boolean => /^no-db:\s*true\s*(#.*)?$/m.test(config)
