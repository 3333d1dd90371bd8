import { join } from 'node:path'
import { type Agent, workerNameComplaint } from '../domain/agent.js'
import type { BlindSpot, Finding, Rig } from '../domain/snapshot.js'
import { foldersIn } from '../ports/files.js'
import { skippedName } from './skipped-name.js'

/** Everybody who should work in the town, as its folders tell. */
export interface Census {
  readonly agents: readonly Agent[]
  readonly findings: readonly Finding[]
  readonly blindSpots: readonly BlindSpot[]
  /** Rigs whose crew or polecat folders could not be listed. */
  readonly unlistedRigs: readonly string[]
}

const kinds = [
  { role: 'crew', folder: 'crew' },
  { role: 'polecat', folder: 'polecats' },
] as const

/** The deacon, the mayor, and of each rig its witness, refinery, crew and polecats. */
export function takeCensus(root: string, rigs: readonly Rig[]): Census {
  const parts = rigs.map(({ name }) => rigCensus(root, name))
  return {
    agents: [{ role: 'deacon' }, { role: 'mayor' }, ...parts.flatMap(({ agents }) => agents)],
    findings: parts.flatMap(({ findings }) => findings),
    blindSpots: parts.flatMap(({ blindSpots }) => blindSpots),
    unlistedRigs: parts.flatMap(({ unlistedRigs }) => unlistedRigs),
  }
}

function rigCensus(root: string, rig: string): Census {
  const lists = kinds.map(({ role, folder }) => ({ role, path: join(root, rig, folder) }))
  const listed = lists.map((list) => ({ ...list, names: foldersIn(list.path) }))
  const workers = listed.flatMap(({ role, path, names }) =>
    (names.known ? (names.value ?? []) : []).map((name) => ({
      role,
      name,
      path,
      complaint: workerNameComplaint(name),
    })),
  )
  const unlisted = listed.flatMap(({ role, names }) => (names.known ? [] : [{ role, why: names.why }]))
  return {
    agents: [
      { role: 'witness', rig },
      { role: 'refinery', rig },
      ...workers.filter(({ complaint }) => complaint === undefined).map(({ role, name }) => ({ role, rig, name })),
    ],
    findings: workers.flatMap(({ complaint, path }) => skippedName(complaint, path)),
    blindSpots: unlisted.map(({ role, why }) => ({ what: `${role === 'crew' ? 'crew' : 'polecats'} of ${rig}`, why })),
    unlistedRigs: unlisted.length > 0 ? [rig] : [],
  }
}
