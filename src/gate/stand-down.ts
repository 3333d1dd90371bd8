import { type Agent, address, rigOf } from '../domain/agent.js'
import { exitCodes } from '../exit-codes.js'
import type { ClosedGate } from '../gate.js'
import { isStoodDown } from '../ports/stand-downs.js'
import type { Doorstep } from '../town.js'

/** The whole town was told to stay down. */
export function townStoodDown({ root }: Doorstep): ClosedGate | undefined {
  if (!isStoodDown(root, 'town')) return undefined
  const because = 'the town was told to stay down; gt-heartbeat up lets it be healed again'
  return { open: false, reason: 'stood-down', mayLook: true, because, exitCode: exitCodes.ok }
}

/** Why an agent stays down: it, or its rig, was told to. */
export function agentStoodDown(root: string, agent: Agent): string | undefined {
  const whom = [address(agent), rigOf(agent)].find((name) => name !== undefined && isStoodDown(root, name))
  return whom === undefined ? undefined : `${whom} was told to stay down; gt-heartbeat up ${whom} ends that`
}
