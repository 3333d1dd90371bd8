import { join } from 'node:path'
import * as z from 'zod/mini'
import type { MoreRestraints } from '../dialects/dialect.js'
import { type Address, type Agent, rigOf } from '../domain/agent.js'
import type { Known } from '../domain/known.js'
import { type Ledger, recordOf } from '../domain/ledger.js'
import type { AgentSight, BlindSpot, Restraint, Rig } from '../domain/snapshot.js'
import { exists, namesIn, readJson } from '../ports/files.js'

/** What keeps agents down, as the town's files say it. */
export interface Restraints {
  /** Of a whole rig. */
  readonly rigs: ReadonlyMap<string, Restraint>
  /** `town`, rigs and addresses that a person told to stay down. */
  readonly stoodDown: Known<ReadonlySet<string>>
  /** Why one agent is left alone besides. */
  readonly more: (agent: Agent) => Restraint | undefined
  readonly blindSpots: readonly BlindSpot[]
}

const noMore: MoreRestraints = { of: () => undefined, blindSpots: [] }

const rigSettingsSchema = z.lazy(() => z.object({ values: z.nullish(z.object({ status: z.optional(z.unknown()) })) }))

/** Reads the stand-downs, the emergency stops of rigs, and which rigs gt parked or docked. `more`: what this kind of town has besides. */
export function readRestraints(root: string, rigs: readonly Rig[], more = noMore): Restraints {
  const names = namesIn(join(root, 'daemon', 'heartbeat', 'stand-down'))
  const read = rigs.map(({ name }) => ({ name, ...rigRestraint(root, name) }))
  return {
    rigs: new Map(read.flatMap(({ name, restraint }) => (restraint ? [[name, restraint]] : []))),
    stoodDown: names.known
      ? { known: true, value: new Set((names.value ?? []).map((name) => name.replaceAll('%2F', '/'))) }
      : names,
    more: (agent) => more.of(agent),
    blindSpots: [
      ...(names.known ? [] : [{ what: 'who was told to stay down', why: names.why }]),
      ...read.flatMap(({ name, why }) => (why === undefined ? [] : [{ what: `whether ${name} is parked`, why }])),
      ...more.blindSpots,
    ],
  }
}

/** `why`: nobody can tell, so nothing is started there. */
function rigRestraint(root: string, rig: string): { readonly restraint?: Restraint; readonly why?: string } {
  const stop = join(root, `ESTOP.${rig}`)
  if (exists(stop)) return { restraint: { kind: 'estop', because: `emergency stop of ${rig}: ${stop} is there` } }
  const path = join(root, '.beads-wisp', 'config', `${rig}.json`)
  const file = readJson(path)
  if (file.known && file.value === null) return {}
  const settings = file.known ? rigSettingsSchema.safeParse(file.value).data : undefined
  if (settings === undefined) {
    const why = file.known ? `${path} is not as gt writes it` : file.why
    return { restraint: { kind: 'parked', because: `nobody can tell whether ${rig} is parked: ${why}` }, why }
  }
  const status = settings.values?.status
  return status === 'parked' || status === 'docked'
    ? { restraint: { kind: status, because: `${rig} is ${status}` } }
    : {}
}

/** Why one agent is left alone, or undefined. `sight`: what is known of it besides. */
export function restraintOf(
  sight: Pick<AgentSight, 'agent' | 'address' | 'liveness' | 'bead'>,
  { rigs, stoodDown, more }: Restraints,
  ledger: Ledger,
): Restraint | undefined {
  const rig = rigOf(sight.agent)
  const ofRig = rig === undefined ? undefined : rigs.get(rig)
  return told(stoodDown, sight.address, rig) ?? asked(sight, ledger) ?? ofRig ?? more(sight.agent)
}

function told(stoodDown: Restraints['stoodDown'], address: Address, rig: string | undefined): Restraint | undefined {
  if (!stoodDown.known) {
    return { kind: 'stood-down', because: `nobody can tell who was told to stay down: ${stoodDown.why}` }
  }
  if (stoodDown.value.size === 0) return undefined
  const whom = [address, rig, 'town'].find((name) => name !== undefined && stoodDown.value.has(name))
  if (whom === undefined) return undefined
  const words =
    whom === 'town'
      ? 'the town was told to stay down; gt-heartbeat up'
      : `${whom} was told to stay down; gt-heartbeat up ${whom}`
  return { kind: 'stood-down', because: `${words} ends that` }
}

/** It shut down on its own request, and nothing has called it back since: no session of it, no other bead on its hook. */
function asked({ address, liveness, bead }: Parameters<typeof restraintOf>[0], ledger: Ledger): Restraint | undefined {
  const { standDown } = recordOf(ledger, address)
  if (standDown === undefined || (liveness.state !== 'dead' && !liveness.blind)) return undefined
  const hook = bead.known ? (bead.value?.hook ?? '') : ''
  if (standDown.hook !== null && hook !== '' && hook !== standDown.hook) return undefined
  return { kind: 'stood-down', because: `it shut down on its own request; gt-heartbeat up ${address} ends that` }
}
