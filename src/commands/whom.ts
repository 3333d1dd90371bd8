import { join } from 'node:path'
import { type Agent, parseAddress, rigNameComplaint, rigOf } from '../domain/agent.js'
import { UsageError } from '../errors.js'
import { presumedKind } from '../find-dialect.js'
import type { Place } from '../find-town.js'
import { exists, foldersIn } from '../ports/files.js'
import { allowedRigs, rigNames } from '../ports/rig-list.js'

/** `town`, a rig or an agent of this town, as `down` and `up` are given it. Throws UsageError that says what there is. `isKnown`: it stands
 *  down already, so it need not be there any more. */
export function whomOf(place: Place, whom: string, isKnown = false): string {
  if (whom === 'town' || isKnown) return whom
  const agent = parseAddress(whom)
  const rig = agent === undefined ? whom : rigOf(agent)
  if (rig === undefined) return whom
  const complaint = rigComplaint(place.root, rig) ?? (agent === undefined ? undefined : workerComplaint(place, agent))
  if (complaint === undefined) return whom
  throw new UsageError(complaint)
}

function rigComplaint(root: string, rig: string): string | undefined {
  const rigs = rigNames(root)
  if (rigNameComplaint(rig))
    return `${JSON.stringify(rig)} is neither town, nor a rig, nor an agent such as deacon or <rig>/polecats/<name>`
  // A town whose rigs cannot be read must still be able to be kept down.
  if (!rigs.known || rigs.value.includes(rig)) return undefined
  return `no rig ${JSON.stringify(rig)} in this town; there ${list(rigs.value)}`
}

function workerComplaint(place: Place, agent: Agent): string | undefined {
  if (agent.role !== 'crew' && agent.role !== 'polecat') return undefined
  const { root } = place
  const folder = presumedKind(place).open(root, allowedRigs(root)).folder(root, agent)
  if (exists(folder)) return undefined
  const others = foldersIn(join(folder, '..'))
  return others.known ? `no ${agent.role} ${agent.name} in ${agent.rig}; there ${list(others.value ?? [])}` : undefined
}

const list = (names: readonly string[]): string =>
  names.length === 0 ? 'is none' : `${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}`
