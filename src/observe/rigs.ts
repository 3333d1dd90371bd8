import { join } from 'node:path'
import * as z from 'zod'
import { rigNameComplaint } from '../domain/agent.js'
import { cannotTell, type Known, known } from '../domain/known.js'
import type { Finding, Rig } from '../domain/snapshot.js'
import { readJson } from '../ports/files.js'
import { skippedName } from './skipped-name.js'

/** The town's rigs, and the names in its list that cannot be rigs'. */
export interface RigList {
  readonly rigs: Known<readonly Rig[]>
  readonly findings: readonly Finding[]
}

/** What gt writes about a rig; only its prefix is wanted, and a rig of which nothing is known is a rig all the same. */
const rigSchema = z.object({ beads: z.object({ prefix: z.string().min(1) }) })
const rigsSchema = z.object({ rigs: z.record(z.string(), z.unknown()) })

/** The keys of `rigs` in `mayor/rigs.json`. A missing or broken file is no town without rigs: nobody can tell. */
export function readRigs(root: string): RigList {
  const path = join(root, 'mayor', 'rigs.json')
  const file = readJson(path)
  if (!file.known) return { rigs: file, findings: [] }
  if (file.value === null) return { rigs: cannotTell(`${path} is missing`), findings: [] }
  const list = rigsSchema.safeParse(file.value)
  if (!list.success) return { rigs: cannotTell(`${path} does not hold an object "rigs"`), findings: [] }
  return namedRigs(Object.entries(list.data.rigs), path)
}

function namedRigs(entries: readonly (readonly [string, unknown])[], path: string): RigList {
  const good = entries.filter(([name]) => rigNameComplaint(name) === undefined)
  return {
    rigs: known(good.map(([name, entry]) => ({ name, prefix: prefixOf(entry) }))),
    findings: entries.flatMap(([name]) => skippedName(rigNameComplaint(name), path)),
  }
}

const prefixOf = (entry: unknown): string | undefined =>
  rigSchema.safeParse(entry).data?.beads.prefix.replace(/-$/, '') || undefined
