import { join } from 'node:path'
import { cannotTell, type Known, mapKnown } from '../domain/known.js'
import type { Rig } from '../domain/snapshot.js'
import type { DatabaseList } from './database.js'
import { databasesOf } from './databases.js'
import { isDolt, storeOf } from './issue-store.js'

/** Every folder of a current town whose issues the Dolt server holds. The town's own holds all agents' beads, and their mail; the
 *  rigs' are asked for agents only where it knows none. */
export function currentDatabases(root: string, rigs: readonly Rig[]): Known<DatabaseList> {
  const list = databasesOf(root, rigs, (folder) => storeOf(folder, isDolt))
  if (list.known && !list.value.holdsMail) {
    return cannotTell(`${join(root, '.beads', 'metadata.json')} names no database of a Dolt server`)
  }
  return mapKnown(list, ({ databases: [town, ...others], ...rest }) => ({
    ...rest,
    databases: [...(town ? [town] : []), ...others.map((database) => ({ ...database, isFallback: true }))],
  }))
}
