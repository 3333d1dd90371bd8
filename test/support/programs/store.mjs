// The issue store of the stand-ins: `<folder>/.beads/issues/<id>.json`, one issue a file, in the words bd prints.
// `<folder>/.beads/beads.db`, or a metadata.json that names a Dolt database, marks a database, as the real ones do.
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

const readIfThere = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined)

function parentsOf(folder) {
  const parent = dirname(folder)
  return parent === folder ? [folder] : [folder, ...parentsOf(parent)]
}

function followed(beads) {
  const redirect = readIfThere(join(beads, 'redirect'))?.trim()
  return redirect ? resolve(dirname(beads), redirect) : beads
}

const isDatabase = (beads) =>
  existsSync(join(beads, 'beads.db')) || /"dolt_database"/.test(readIfThere(join(beads, 'metadata.json')) ?? '')

/** From a folder upwards, as far as to the root of its git repository. */
function withinRepository(folder) {
  const parents = parentsOf(folder)
  const root = parents.findIndex((parent) => existsSync(join(parent, '.git')))
  return root < 0 ? parents : parents.slice(0, root + 1)
}

/** Where config.yaml says that the database is: seen from the folder that bd is run in. */
function elsewhere(beads, folder) {
  const path = /^db: *(\S+)/m.exec(readIfThere(join(beads, 'config.yaml')) ?? '')?.[1]
  return path && dirname(resolve(folder, path))
}

/** The `.beads` folder bd would use from here: $BEADS_DIR, else the nearest one upwards that holds a database. */
export function databaseFrom(folder, env) {
  const candidates = env.BEADS_DIR
    ? [resolve(folder, env.BEADS_DIR)]
    : withinRepository(folder).map((parent) => join(parent, '.beads'))
  const stores = candidates.filter((path) => existsSync(path)).map(followed)
  return stores.map((store) => elsewhere(store, folder) ?? store).find(isDatabase)
}

/** The town this folder lies in, or undefined. */
export const townFrom = (folder) => parentsOf(folder).find((parent) => existsSync(join(parent, 'mayor/town.json')))

/** The database in which an id lives by the town's routes: the longest prefix that fits, else the one from here. */
export function databaseOf(id, { cwd: folder, env }) {
  const town = townFrom(folder)
  const lines = town ? (readIfThere(join(town, '.beads/routes.jsonl')) ?? '').split('\n').filter(Boolean) : []
  const route = lines
    .map((line) => JSON.parse(line))
    .filter(({ prefix }) => id.startsWith(prefix))
    .sort((one, other) => other.prefix.length - one.prefix.length)[0]
  const routed = route && followed(join(town, route.path, '.beads'))
  return routed && isDatabase(routed) ? routed : databaseFrom(folder, env)
}

const fileOf = (database, id) => join(database, 'issues', `${id}.json`)

/** Every issue of a database. */
export function issuesIn(database) {
  const folder = join(database, 'issues')
  if (!existsSync(folder)) return []
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return names.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
}

/** The issue of exactly that id, else the only one whose id contains it, as bd does. */
export function findIssue(database, id) {
  const exact = readIfThere(fileOf(database, id))
  if (exact) return JSON.parse(exact)
  const similar = issuesIn(database).filter((issue) => issue.id.includes(id))
  return similar.length === 1 ? similar[0] : undefined
}

/** Writes an issue in one step, so that no reader sees half of it. */
export function writeIssue(database, issue) {
  const path = fileOf(database, issue.id)
  mkdirSync(dirname(path), { recursive: true })
  const temporary = join(database, `${basename(path)}.${process.pid}`)
  writeFileSync(temporary, JSON.stringify(issue, null, 2))
  renameSync(temporary, path)
}

/** A new issue's id under a prefix. */
export const newId = (prefix) => `${prefix}-${randomBytes(4).toString('hex')}`

/** Ends a call with this on stderr and exit code 1, as both programs do. */
export class Failure extends Error {}

export function fail(message) {
  throw new Failure(message)
}
