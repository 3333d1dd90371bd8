import { rigNameComplaint } from '../domain/agent.js'
import { type Known, known } from '../domain/known.js'
import type { Finding, Rig } from '../domain/snapshot.js'
import { rigList, rigListPath } from '../ports/rig-list.js'
import { skippedName } from './skipped-name.js'

/** The town's rigs, and the names in its list that cannot be rigs'. */
export interface RigList {
  readonly rigs: Known<readonly Rig[]>
  readonly findings: readonly Finding[]
}

/** The rigs that `mayor/rigs.json` names, without those whose name cannot be a rig's. */
export function readRigs(root: string): RigList {
  const list = rigList(root)
  if (!list.known) return { rigs: list, findings: [] }
  const complaints = list.value.map((rig) => ({ rig, complaint: rigNameComplaint(rig.name) }))
  return {
    rigs: known(complaints.filter(({ complaint }) => complaint === undefined).map(({ rig }) => rig)),
    findings: complaints.flatMap(({ complaint }) => skippedName(complaint, rigListPath(root))),
  }
}
