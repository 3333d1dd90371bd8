import { basename, dirname, join } from 'node:path'
import { type Known, mapKnown } from '../domain/known.js'
import type { Rig } from '../domain/snapshot.js'
import { exists } from '../ports/files.js'
import { realPath } from '../ports/places.js'
import type { Database, DatabaseList } from './database.js'
import { storeIn } from './issue-store.js'
import { type Place, readRoutes } from './routes.js'

/** Whether anything in a store names a database. */
export type ShowsDatabase = (store: string) => Known<boolean>

/** Every folder of the town where bd is asked: the town's own, those of `.beads/routes.jsonl`, and of each rig without a
 *  route `<rig>/mayor/rig` and `<rig>`. The same real folder comes once, the town's own first. */
export function databasesOf(root: string, rigs: readonly Rig[], shows: ShowsDatabase): Known<DatabaseList> {
  return mapKnown(readRoutes(root, rigs), ({ places, complaints }) => {
    const routed = new Set(places.flatMap((place) => place.rigs))
    const tried = rigs.filter(({ name }) => !routed.has(name)).flatMap(unroutedPlaces)
    const town: Place = { path: '', prefixes: [], rigs: [], routed: false }
    const found = databasesAt(root, [town, ...places, ...tried], shows)
    return { ...found, complaints: [...complaints, ...found.complaints] }
  })
}

const unroutedPlaces = ({ name, prefix }: Rig): readonly Place[] =>
  [join(name, 'mayor', 'rig'), name].map((path) => ({
    path,
    prefixes: prefix === undefined ? [] : [prefix],
    rigs: [name],
    routed: false,
  }))

function databasesAt(root: string, places: readonly Place[], shows: ShowsDatabase): DatabaseList {
  const found = new Map<string, Database>()
  const [skipped, complaints]: [string[], string[]] = [[], []]
  let holdsMail = false
  for (const place of places) {
    const folder = join(root, place.path)
    const asked = whetherAsked(folder, place, shows)
    if (asked === 'skipped') skipped.push(place.path || '.')
    if (typeof asked === 'object') complaints.push(asked.complaint)
    if (asked !== 'asked') continue
    const { store } = storeIn(folder)
    const real = realPath(store) ?? store
    holdsMail ||= place.path === ''
    found.set(real, merged(found.get(real), { folder: folderOf(real, folder), ...place }))
  }
  return { databases: [...found.values()], skipped: [...new Set(skipped)], complaints, holdsMail }
}

/** Whether bd is asked in a folder: wherever a `.beads` stands. But from one that surely holds no database bd goes up, as far as to the root of
 *  a git repository: `gt rig add` leaves such a `.beads` in each rig, and the town's database is asked already. */
function whetherAsked(
  folder: string,
  { path, routed }: Place,
  shows: ShowsDatabase,
): 'asked' | 'skipped' | 'nothing' | { readonly complaint: string } {
  const beads = join(folder, '.beads')
  if (!exists(beads)) return routed ? 'skipped' : 'nothing'
  if (path === '') return 'asked'
  const { store, leadsNowhere } = storeIn(folder)
  if (leadsNowhere) return { complaint: `the redirect in ${beads} leads to no folder` }
  const shown = shows(store)
  if (!shown.known || shown.value || exists(join(folder, '.git'))) return 'asked'
  return routed ? { complaint: `${beads} holds no database: bd would ask another one from there` } : 'skipped'
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
