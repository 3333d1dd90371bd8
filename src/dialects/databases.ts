import { basename, dirname, join } from 'node:path'
import { type Known, mapKnown } from '../domain/known.js'
import type { Rig } from '../domain/snapshot.js'
import { isFolder } from '../ports/folders.js'
import { realPath } from '../ports/places.js'
import type { Database, DatabaseList } from './database.js'
import { type Place, readRoutes } from './routes.js'

/** Finds the store that bd uses in a folder; undefined where none is. */
export type FindStore = (folder: string) => string | undefined

/** Every folder of the town that holds issues: the town's own, those of `.beads/routes.jsonl`, and of each rig without a
 *  route `<rig>/mayor/rig` and `<rig>`. The same real folder comes once, the town's own first. */
export function databasesOf(root: string, rigs: readonly Rig[], storeOf: FindStore): Known<DatabaseList> {
  return mapKnown(readRoutes(root, rigs), ({ places, complaints }) => {
    const routed = new Set(places.flatMap((place) => place.rigs))
    const tried = rigs.filter(({ name }) => !routed.has(name)).flatMap(unroutedPlaces)
    const town: Place = { path: '', prefixes: [], rigs: [], routed: false }
    return { ...databasesAt(root, [town, ...places, ...tried], storeOf), complaints }
  })
}

const unroutedPlaces = ({ name, prefix }: Rig): readonly Place[] =>
  [join(name, 'mayor', 'rig'), name].map((path) => ({
    path,
    prefixes: prefix === undefined ? [] : [prefix],
    rigs: [name],
    routed: false,
  }))

function databasesAt(root: string, places: readonly Place[], storeOf: FindStore): Omit<DatabaseList, 'complaints'> {
  const found = new Map<string, Database>()
  const skipped: string[] = []
  let holdsMail = false
  for (const place of places) {
    const store = storeOf(join(root, place.path))
    const real = store && realPath(store)
    if (real === undefined) {
      if (place.routed || isFolder(join(root, place.path, '.beads'))) skipped.push(place.path || '.')
      continue
    }
    holdsMail ||= place.path === ''
    found.set(real, merged(found.get(real), { folder: folderOf(real, join(root, place.path)), ...place }))
  }
  return { databases: [...found.values()], skipped: [...new Set(skipped)], holdsMail }
}

/** bd is run beside the store; where that has another name than `.beads`, where the redirect to it lies. */
const folderOf = (store: string, place: string): string => (basename(store) === '.beads' ? dirname(store) : place)

function merged(database: Database | undefined, { folder, prefixes, rigs }: Database): Database {
  if (database === undefined) return { folder, prefixes, rigs }
  const anybodys = database.rigs.length === 0 || rigs.length === 0
  return {
    folder: database.folder,
    prefixes: [...new Set([...database.prefixes, ...prefixes])],
    rigs: anybodys ? [] : [...new Set([...database.rigs, ...rigs])],
  }
}
