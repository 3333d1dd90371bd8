import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { HostileTown } from './hostile-town.js'
import { joined, type Part } from './hostile-towns.js'
import { ordinaryTowns } from './ordinary-town.js'

/** A town that once got the better of a check: what was said then, and by what it differs from the ordinary one. */
export interface FoundTown extends Part {
  readonly says: string
  readonly kind: HostileTown['kind']
}

const folder = fileURLToPath(new URL('../../../fixtures/found/', import.meta.url))

/** Every town that was kept, with the name of its file. */
export function foundTowns(): readonly { readonly name: string; readonly town: HostileTown }[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return names.map((name) => ({ name, town: townOf(JSON.parse(readFileSync(`${folder}${name}`, 'utf8'))) }))
}

const townOf = (found: FoundTown): HostileTown => joined(ordinaryTowns[found.kind], [found])

/** By what a town differs from the ordinary one of its kind. */
export function differences(town: HostileTown): Omit<FoundTown, 'says'> {
  const base = ordinaryTowns[town.kind]
  const changed = (all: HostileTown['files'], usual: HostileTown['files']) =>
    Object.fromEntries(Object.entries(all).filter(([key, text]) => usual[key] !== text))
  const gone = Object.keys(base.files).filter((path) => !(path in town.files))
  return {
    kind: town.kind,
    files: { ...changed(town.files, base.files), ...Object.fromEntries(gone.map((path) => [path, null])) },
    answers: changed(town.answers, base.answers),
    refusals: town.refusals,
    folders: town.folders,
    env: town.env,
  }
}
