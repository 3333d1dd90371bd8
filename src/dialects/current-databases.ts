import { join } from 'node:path'
import { cannotTell, type Known, mapKnown } from '../domain/known.js'
import type { Rig } from '../domain/snapshot.js'
import type { DatabaseList } from './database.js'
import { databasesOf } from './databases.js'
import { namesDolt, storeIn } from './issue-store.js'

/** Every folder of a current town whose issues the Dolt server holds. The town's own holds all agents' beads, and their mail; the
 *  rigs' are asked for agents only where it knows none. */
export function currentDatabases(root: string, rigs: readonly Rig[]): Known<DatabaseList> {
  const dolt = namesDolt(storeIn(root).store)
  if (!dolt.known) return dolt
  if (!dolt.value) return cannotTell(`${join(root, '.beads', 'metadata.json')} names no database of a Dolt server`)
  return mapKnown(databasesOf(root, rigs, namesDolt), ({ databases: [town, ...others], ...rest }) => ({
    ...rest,
    databases: [...(town ? [town] : []), ...others.map((database) => ({ ...database, isFallback: true }))],
  }))
}
