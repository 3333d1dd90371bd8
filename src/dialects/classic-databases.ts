import { basename, dirname, isAbsolute, join } from 'node:path'
import * as z from 'zod'
import { type Known, mapKnown } from '../domain/known.js'
import { quote } from '../domain/quote.js'
import type { Rig } from '../domain/snapshot.js'
import { readText } from '../ports/files.js'
import { isFolder } from '../ports/folders.js'
import { realPath } from '../ports/places.js'
import type { Database, DatabaseList } from './dialect.js'
import { storeOf } from './issue-store.js'

/** A folder of the town that may hold issues in its `.beads`. */
interface Place {
  /** Relative to the town; '' is the town itself. */
  readonly path: string
  readonly prefixes: readonly string[]
  readonly rigs: readonly string[]
  /** Routed places are named when they hold nothing; the others are only tried. */
  readonly routed: boolean
}

interface Routes {
  readonly places: readonly Place[]
  readonly complaints: readonly string[]
}

const routeSchema = z.object({ prefix: z.string().min(1), path: z.string().min(1) })

/** Every folder of the town that holds issues: the town's own, those of `.beads/routes.jsonl`, and of each rig without a
 *  route `<rig>/mayor/rig` and `<rig>`. The same real folder comes once. */
export function classicDatabases(root: string, rigs: readonly Rig[]): Known<DatabaseList> {
  return mapKnown(readText(join(root, '.beads', 'routes.jsonl')), (text) => {
    const { places, complaints } = readRoutes(text ?? '', rigs)
    const routed = new Set(places.flatMap((place) => place.rigs))
    const tried = rigs.filter(({ name }) => !routed.has(name)).flatMap(unroutedPlaces)
    const town: Place = { path: '', prefixes: [], rigs: [], routed: false }
    return { ...databasesAt(root, [town, ...places, ...tried]), complaints }
  })
}

const unroutedPlaces = ({ name, prefix }: Rig): readonly Place[] =>
  [join(name, 'mayor', 'rig'), name].map((path) => ({
    path,
    prefixes: prefix === undefined ? [] : [prefix],
    rigs: [name],
    routed: false,
  }))

function readRoutes(text: string, rigs: readonly Rig[]): Routes {
  const lines = text.split('\n').map((line) => line.trim())
  const read = lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => readRoute(line, rigs))
  return {
    places: read.flatMap((route) => (typeof route === 'string' ? [] : [route])),
    complaints: [...new Set(read.filter((route) => typeof route === 'string'))].map(
      (complaint) => `.beads/routes.jsonl: ${complaint}`,
    ),
  }
}

/** A line of routes.jsonl as a place, or what is wrong with it. */
function readRoute(line: string, rigs: readonly Rig[]): Place | string {
  const route = routeSchema.safeParse(parsed(line))
  if (!route.success) return `${quote(line)} is no route`
  const { path } = route.data
  const prefix = route.data.prefix.replace(/-$/, '')
  if (isAbsolute(path) || path.split('/').includes('..')) return `the path ${quote(path)} leads out of the town`
  return { path: join(path).replace(/^\.$/, ''), prefixes: [prefix], rigs: rigsAt(path, prefix, rigs), routed: true }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** Whose agents' beads a route leads to: the rig's in whose folder it ends, else those with its prefix; the town's own are anybody's. */
function rigsAt(path: string, prefix: string, rigs: readonly Rig[]): readonly string[] {
  const [first] = join(path).split('/')
  if (first === '.') return []
  const owner = rigs.filter(({ name }) => name === first)
  return (owner.length > 0 ? owner : rigs.filter((rig) => rig.prefix === prefix)).map(({ name }) => name)
}

function databasesAt(root: string, places: readonly Place[]): Omit<DatabaseList, 'complaints'> {
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
