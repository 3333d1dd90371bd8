import { join } from 'node:path'
import * as z from 'zod/mini'
import { type Agent, rigOf } from '../domain/agent.js'
import type { Known } from '../domain/known.js'
import { mapKnown } from '../domain/known.js'
import type { BlindSpot, Restraint, Rig } from '../domain/snapshot.js'
import { readJson } from '../ports/files.js'
import { rigBeadId } from './current-names.js'
import type { MoreRestraints } from './dialect.js'
import { prefixDoubts } from './prefixes.js'
import { readLabels } from './rows.js'

/** What one file says of whom it leaves alone. */
interface Said {
  readonly of: (agent: Agent) => Restraint | undefined
  readonly blindSpots: readonly BlindSpot[]
}

const silent: Said = { of: () => undefined, blindSpots: [] }

/** What keeps agents of a current town down: patrols switched off for the town or for rigs, a paused deacon, rigs that restart nobody. */
export function currentRestraints(root: string, rigs: readonly Rig[]): MoreRestraints {
  const all = [
    pausedDeacon(root),
    switchedOff(root),
    patrols(root),
    ...rigs.map(({ name }) => withoutRestarts(root, name)),
    doubtfulPrefixes(root, rigs),
  ]
  // Most rigs have no such file: of a hundred rigs not each is asked about each of thousands of agents.
  const speaking = all.filter((one) => one !== silent)
  return {
    of: (agent) => speaking.map((one) => one.of(agent)).find((one) => one !== undefined),
    blindSpots: all.flatMap(({ blindSpots }) => blindSpots),
  }
}

/** Rigs of whose agents nobody can tell which sessions they have: they may all be running under another name. */
function doubtfulPrefixes(root: string, rigs: readonly Rig[]): Said {
  const doubts = prefixDoubts(root, rigs)
  return {
    of: (agent) => {
      const doubt = doubts.get(rigOf(agent) ?? '')
      return doubt === undefined ? undefined : { kind: 'blind', because: `nobody can tell its session: ${doubt}` }
    },
    blindSpots: [...doubts].map(([rig, why]) => ({ what: `which sessions are those of ${rig}`, why })),
  }
}

const disabled = (because: string): Restraint => ({ kind: 'disabled', because })

interface Reading<T> {
  readonly path: string
  readonly schema: z.ZodMiniType<T>
  readonly what: string
  /** Whom the file could be about. */
  readonly about: (agent: Agent) => boolean
  readonly says: (value: T, agent: Agent) => Restraint | undefined
}

/** A file that is missing restrains nobody; one that cannot be read, everybody it could be about. */
function read<T>({ path, schema, what, about, says }: Reading<T>): Said {
  const file = readJson(path)
  if (file.known && file.value === null) return silent
  const parsed = file.known ? schema.safeParse(file.value) : undefined
  if (parsed?.success) return { of: (agent) => (about(agent) ? says(parsed.data, agent) : undefined), blindSpots: [] }
  const why = file.known ? `${path} is not as gt writes it` : file.why
  const doubt = disabled(`nobody can tell ${what}: ${why}`)
  return { of: (agent) => (about(agent) ? doubt : undefined), blindSpots: [{ what, why }] }
}

const isDeacon = ({ role }: Agent): boolean => role === 'deacon'
const isPatrolled = ({ role }: Agent): boolean => role === 'deacon' || role === 'witness'

function pausedDeacon(root: string): Said {
  const path = join(root, '.runtime', 'deacon', 'paused.json')
  return read({
    path,
    schema: z.lazy(() => z.object({ paused: z.boolean(), reason: z.optional(z.string()) })),
    what: 'whether the deacon is paused',
    about: isDeacon,
    says: ({ paused, reason }) =>
      paused ? { kind: 'paused', because: `the deacon is paused${reason ? `: ${reason}` : ''} (${path})` } : undefined,
  })
}

function switchedOff(root: string): Said {
  const path = join(root, 'settings', 'config.json')
  return read({
    path,
    schema: z.lazy(() => z.object({ disabled_patrols: z.nullish(z.array(z.string())) })),
    what: 'which patrols are switched off',
    about: isPatrolled,
    says: ({ disabled_patrols: off }, { role }) =>
      off?.includes(role) ? disabled(`the ${role} patrol is among disabled_patrols in ${path}`) : undefined,
  })
}

const patrol = z.lazy(() =>
  z.nullish(z.object({ enabled: z.nullish(z.boolean()), rigs: z.nullish(z.array(z.string())) })),
)
const patrolsSchema = z.lazy(() => z.object({ patrols: z.nullish(z.object({ deacon: patrol, witness: patrol })) }))

/** A patrol that is there without `enabled` is off, as gt reads it; a list of rigs that is empty means every rig. */
function patrols(root: string): Said {
  const path = join(root, 'mayor', 'daemon.json')
  return read({
    path,
    schema: patrolsSchema,
    what: 'which patrols are switched on',
    about: isPatrolled,
    says: ({ patrols: all }, agent) => {
      const one = agent.role === 'deacon' ? all?.deacon : all?.witness
      if (one && one.enabled !== true) return disabled(`the ${agent.role} patrol is switched off in ${path}`)
      const rigs = 'rig' in agent ? (one?.rigs ?? []) : []
      const isLeftOut = 'rig' in agent && rigs.length > 0 && !rigs.includes(agent.rig)
      return isLeftOut
        ? disabled(`${agent.rig} is not among the rigs of the ${agent.role} patrol in ${path}`)
        : undefined
    },
  })
}

const wispSchema = z.lazy(() =>
  z.object({
    values: z.nullish(z.object({ auto_restart: z.optional(z.unknown()) })),
    blocked: z.nullish(z.array(z.string())),
  }),
)

function withoutRestarts(root: string, rig: string): Said {
  const path = join(root, '.beads-wisp', 'config', `${rig}.json`)
  return read({
    path,
    schema: wispSchema,
    what: `whether ${rig} restarts its agents`,
    about: (agent) => 'rig' in agent && agent.rig === rig,
    says: ({ values, blocked }) =>
      values?.auto_restart === false || blocked?.includes('auto_restart')
        ? disabled(`auto_restart is off for ${rig} in ${path}`)
        : undefined,
  })
}

/** What a rig's own bead says of the rig; `stdout`: the beads of rigs in its database. */
export function readRigState(stdout: string, rig: string, prefixes: readonly string[]): Known<Restraint | undefined> {
  const ids = new Set(prefixes.map((prefix) => rigBeadId(rig, prefix)))
  return mapKnown(readLabels(stdout), (list) => {
    const labels = list.filter(({ id }) => ids.has(id)).flatMap((bead) => bead.labels)
    const kind = (['docked', 'parked'] as const).find((one) => labels.includes(`status:${one}`))
    return kind && { kind, because: `${rig} is ${kind}, as its bead says` }
  })
}
