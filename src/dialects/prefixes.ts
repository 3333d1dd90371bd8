import { join } from 'node:path'
import * as z from 'zod/mini'
import type { Rig } from '../domain/snapshot.js'
import { readJson } from '../ports/files.js'
import { readRoutes } from './routes.js'

/** Where a prefix of a rig is written down, and what stands there, without its dash. */
interface Source {
  readonly where: string
  readonly prefix: string
}

const configSchema = z.object({ beads: z.object({ prefix: z.string() }) })

/** In the order in which gt reads them for the ids of polecats' beads: the routes, then the list of rigs, and the rig's own settings. */
function sourcesOf(root: string, { name, prefix }: Rig, routed: Routed): readonly Source[] {
  const file = readJson(join(root, name, 'config.json'))
  const own = file.known ? configSchema.safeParse(file.value).data?.beads.prefix.replace(/-$/, '') : undefined
  const all = [
    ...(routed.get(name) ?? []).map((one) => ({ where: '.beads/routes.jsonl', prefix: one })),
    { where: 'mayor/rigs.json', prefix: prefix ?? '' },
    { where: `${name}/config.json`, prefix: own ?? '' },
  ]
  return all.filter((source) => source.prefix !== '')
}

/** The prefixes that the routes have, by the first folder on their way. */
type Routed = ReadonlyMap<string, readonly string[]>

function readRouted(root: string, rigs: readonly Rig[]): Routed {
  const routes = readRoutes(root, rigs)
  const routed = new Map<string, readonly string[]>()
  for (const { path, prefixes } of routes.known ? routes.value.places : []) {
    const [first = ''] = path.split('/')
    routed.set(first, [...(routed.get(first) ?? []), ...prefixes])
  }
  return routed
}

/** Which issue prefixes are written down for a rig, without their dash, the likeliest first. */
export function readPrefixes(root: string, rigs: readonly Rig[]): (rig: string) => readonly string[] {
  const routed = readRouted(root, rigs)
  const prefixesOf = (rig: Rig) => [...new Set(sourcesOf(root, rig, routed).map(({ prefix }) => prefix))]
  const written = new Map(rigs.map((rig) => [rig.name, prefixesOf(rig)]))
  return (rig) => written.get(rig) ?? []
}

/** Prefixes of rigs that disagree, belong to two rigs, or would give their sessions odd names. */
export function prefixRemarks(root: string, rigs: readonly Rig[]): readonly string[] {
  const routed = readRouted(root, rigs)
  return rigs.flatMap((rig) => [
    ...disagreement(rig, sourcesOf(root, rig, routed)),
    ...dashed(rig),
    ...rigs
      .filter((other) => other.name > rig.name && rig.prefix !== undefined && other.prefix === rig.prefix)
      .map(
        (other) => `${rig.name} and ${other.name} have one prefix, ${rig.prefix}: their sessions cannot be told apart`,
      ),
  ])
}

/** Why nobody can tell which sessions are a rig's: gt names them by one of these files, and its agents may have been started when
 *  that said something else. By rig. */
export function prefixDoubts(root: string, rigs: readonly Rig[]): ReadonlyMap<string, string> {
  const routed = readRouted(root, rigs)
  const doubts = rigs.map(
    (rig) => [rig.name, ...disagreement(rig, sourcesOf(root, rig, routed)), ...dashed(rig)] as const,
  )
  return new Map(doubts.flatMap(([name, doubt]) => (doubt === undefined ? [] : [[name, doubt]])))
}

const dashed = ({ name, writtenPrefix }: Rig): readonly string[] =>
  writtenPrefix === undefined ? [] : [`the prefix ${writtenPrefix} of ${name} in mayor/rigs.json ends with a dash`]

function disagreement({ name }: Rig, sources: readonly Source[]): readonly string[] {
  if (new Set(sources.map(({ prefix }) => prefix)).size < 2) return []
  const said = sources.map(({ where, prefix }) => `${where} says ${prefix}`).join(', ')
  return [`the prefix of ${name} is not the same everywhere: ${said}`]
}
