import { join } from 'node:path'
import * as z from 'zod/mini'
import { rigNameComplaint } from '../domain/agent.js'
import { cannotTell, type Known, known, mapKnown } from '../domain/known.js'
import type { Rig } from '../domain/snapshot.js'
import { readJson } from './files.js'

/** What gt writes about a rig; only its prefix is wanted, and a rig of which nothing is known is a rig all the same. */
const rigSchema = z.object({ beads: z.object({ prefix: z.string().check(z.minLength(1)) }) })
const rigsSchema = z.object({ rigs: z.record(z.string(), z.unknown()) })

/** Where a town lists its rigs. */
export const rigListPath = (root: string): string => join(root, 'mayor', 'rigs.json')

/** The keys of `rigs` in `mayor/rigs.json`, whatever they are. A missing or broken file is no town without rigs: nobody can tell. */
export function rigList(root: string): Known<readonly Rig[]> {
  const path = rigListPath(root)
  const file = readJson(path)
  if (!file.known) return file
  if (file.value === null) return cannotTell(`${path} is missing`)
  const list = rigsSchema.safeParse(file.value)
  if (!list.success) return cannotTell(`${path} does not hold an object "rigs"`)
  return known(Object.entries(list.data.rigs).map(([name, entry]) => ({ name, ...prefixOf(entry) })))
}

function prefixOf(entry: unknown): Pick<Rig, 'prefix' | 'writtenPrefix'> {
  const written = rigSchema.safeParse(entry).data?.beads.prefix
  const prefix = written?.replace(/-$/, '') || undefined
  return written === prefix || written === undefined ? { prefix } : { prefix, writtenPrefix: written }
}

/** Those whose name can be a rig's; none when nobody can tell. */
export function allowedRigs(root: string): readonly Rig[] {
  const list = rigList(root)
  return list.known ? list.value.filter(({ name }) => rigNameComplaint(name) === undefined) : []
}

/** The names in `mayor/rigs.json`. */
export const rigNames = (root: string): Known<readonly string[]> =>
  mapKnown(rigList(root), (list) => list.map(({ name }) => name))
