import { isAbsolute, join } from 'node:path'
import * as z from 'zod/mini'
import { type Known, mapKnown } from '../domain/known.js'
import { quote } from '../domain/quote.js'
import type { Rig } from '../domain/snapshot.js'
import { readText } from '../ports/files.js'

/** A folder of the town that may hold issues in its `.beads`. */
export interface Place {
  /** Relative to the town; '' is the town itself. */
  readonly path: string
  readonly prefixes: readonly string[]
  readonly rigs: readonly string[]
  /** Routed places are named when they hold nothing; the others are only tried. */
  readonly routed: boolean
}

/** Where `.beads/routes.jsonl` says that issues are. */
export interface Routes {
  readonly places: readonly Place[]
  /** Lines that are not followed, each with the reason. */
  readonly complaints: readonly string[]
}

const notEmpty = z.string().check(z.minLength(1))
const routeSchema = z.object({ prefix: notEmpty, path: notEmpty })

/** The routes of a town; none where it has no such file. */
export const readRoutes = (root: string, rigs: readonly Rig[]): Known<Routes> =>
  mapKnown(readText(join(root, '.beads', 'routes.jsonl')), (text) => routesIn(text ?? '', rigs))

function routesIn(text: string, rigs: readonly Rig[]): Routes {
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
