import type { Agent } from './domain/agent.js'
import { rigOf } from './domain/agent.js'
import type { Snapshot } from './domain/snapshot.js'
import { type ExitCode, exitCodes } from './exit-codes.js'
import { parkedRig } from './gate/parked-rig.js'
import { residentDaemon } from './gate/resident-daemon.js'
import { emergencyStop, rigStop, shutdown } from './gate/shutdown.js'
import { agentStoodDown, townStoodDown } from './gate/stand-down.js'
import { townGone } from './gate/town-gone.js'
import type { Doorstep, Town } from './town.js'

type GateReason =
  | 'not-due'
  | 'busy'
  | 'unavailable'
  | 'config'
  | 'resident-daemon'
  | 'shutdown'
  | 'estop'
  | 'stood-down'
  | 'other-socket'
  | 'dialect'

/** Why this check may not act, and whether it may at least look. */
export interface ClosedGate {
  readonly open: false
  readonly reason: GateReason
  readonly mayLook: boolean
  /** One line for a person: what was found and what to type. */
  readonly because: string
  readonly exitCode: ExitCode
}

/** Whether this check may act; when not, whether it may at least look. */
export type Gate = { readonly open: true } | ClosedGate

/** One question of the gate: why it is closed, or undefined when this is no reason. */
type Question = (town: Doorstep) => ClosedGate | undefined | Promise<ClosedGate | undefined>

/** In this order; the first that answers decides. */
const questions: readonly Question[] = [
  ({ flaw }) => flaw?.gate,
  townGone,
  residentDaemon,
  shutdown,
  emergencyStop,
  townStoodDown,
]

/** Asked before looking. The caller already holds our own lock (a dry run: knows it is free). */
export async function askGate(town: Doorstep): Promise<Gate> {
  for (const ask of questions) {
    const closed = await ask(town)
    if (closed !== undefined) return closed
  }
  return { open: true }
}

/** Asked after the look: sessions that stand on another tmux socket are neither started twice nor touched. */
export function afterLook({ socketConflict }: Snapshot): Gate {
  if (socketConflict === undefined) return { open: true }
  const exitCode = exitCodes.config
  return { open: false, reason: 'other-socket', mayLook: true, because: socketConflict, exitCode }
}

/** Asked again right before each start, kill, keystroke: why not, or undefined when still allowed. */
export async function forbidden(town: Town, agent: Agent): Promise<string | undefined> {
  const gate = await askGate(town)
  if (!gate.open) return gate.because
  const rig = rigOf(agent)
  const ofRig = rig === undefined ? undefined : (rigStop(town.root, rig) ?? parkedRig(town.root, rig))
  return ofRig ?? agentStoodDown(town.root, agent) ?? restrained(town, agent)
}

/** What this kind of town has besides to keep an agent down. */
function restrained({ root, dialect }: Town, agent: Agent): string | undefined {
  const rig = rigOf(agent)
  const rigs = rig === undefined ? [] : [{ name: rig, prefix: undefined }]
  return dialect.restraints?.(root, rigs).of(agent)?.because
}
