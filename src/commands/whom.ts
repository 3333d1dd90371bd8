import { join } from 'node:path'
import { classic } from '../dialects/classic.js'
import { type Agent, parseAddress, rigNameComplaint, rigOf } from '../domain/agent.js'
import { UsageError } from '../errors.js'
import { exists, foldersIn } from '../ports/files.js'
import { rigNames } from '../ports/rig-names.js'

/** `town`, a rig or an agent of this town, as `down` and `up` are given it. Throws UsageError that says what there is. `isKnown`: it stands
 *  down already, so it need not be there any more. */
export function whomOf(root: string, whom: string, isKnown = false): string {
  if (whom === 'town' || isKnown) return whom
  const agent = parseAddress(whom)
  const rig = agent === undefined ? whom : rigOf(agent)
  if (rig === undefined) return whom
  const complaint = rigComplaint(root, rig) ?? (agent === undefined ? undefined : workerComplaint(root, agent))
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

function workerComplaint(root: string, agent: Agent): string | undefined {
  if (agent.role !== 'crew' && agent.role !== 'polecat') return undefined
  const folder = classic.folder(root, agent)
  if (exists(folder)) return undefined
  const others = foldersIn(join(folder, '..'))
  return others.known ? `no ${agent.role} ${agent.name} in ${agent.rig}; there ${list(others.value ?? [])}` : undefined
}

const list = (names: readonly string[]): string =>
  names.length === 0 ? 'is none' : `${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}`
