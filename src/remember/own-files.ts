import { join } from 'node:path'
import { parseAddress } from '../domain/agent.js'
import type { BlindSpot, Finding } from '../domain/snapshot.js'
import { removeFile, sweepTemporary } from '../ports/files.js'
import type { Town } from '../town.js'
import type { Looked } from './account.js'
import { readState, type State } from './state-file.js'
import { readTownFile, type TownFile } from './town-file.js'

/** Every file that a check replaces: a check that is killed meanwhile leaves a temporary one beside it. */
const replaced = [
  'daemon/state.json',
  'daemon/next-interval',
  'daemon/heartbeat/next',
  'daemon/heartbeat/town.json',
  'daemon/heartbeat/ledger.json',
  'daemon/heartbeat/failures.json',
  'daemon/heartbeat/first-questions.json',
  'daemon/heartbeat/description',
  'spawn/pending.json',
]

/** Sweeps what killed checks left: a bead's text on its way, what lies beside these files, and beside the state file of whoever had a request carried out. */
export function sweep({ root, dialect, ledger, startedAt, settings: { metrics } }: Town): void {
  const askers = Object.values(ledger.current().claims).flatMap((claim) => parseAddress(claim.address) ?? [])
  const flags = askers.flatMap((agent) => dialect.stateFile(root, agent) ?? [])
  removeFile(join(root, 'daemon/heartbeat/description'))
  const paths = [...replaced.map((path) => join(root, path)), ...new Set(flags), ...(metrics ? [metrics] : [])]
  sweepTemporary(paths, startedAt)
}

/** What the files hold that a check writes anew. */
export interface OwnFiles {
  readonly state: State | undefined
  readonly townFile: TownFile | undefined
  readonly findings: readonly Finding[]
  readonly blindSpots: readonly BlindSpot[]
}

/** Reads them. A resident daemon keeps the state file of its town: then it is none of ours. */
export function readOwnFiles(town: Town, looked: Looked): OwnFiles {
  const asideAt = town.dryRun ? undefined : town.startedAt
  const state = isDaemons(looked) ? nothing : readState(town.root, asideAt)
  const townFile = readTownFile(town.root, asideAt)
  return {
    state: state.value,
    townFile: townFile.value,
    findings: [...state.findings, ...townFile.findings, ...stuckRequests(town)],
    blindSpots: [...state.blindSpots, ...townFile.blindSpots],
  }
}

function stuckRequests({ requests }: Town): readonly Finding[] {
  const because = requests.complaint()
  if (because === undefined) return []
  return [{ rule: 'requests', agent: undefined, verdict: 'stuck', because, evidence: {}, wantsPerson: true }]
}

const nothing = { value: undefined, findings: [], blindSpots: [] }

/** A resident daemon keeps the state file and the log of this town. */
export const isDaemons = ({ gate }: Looked): boolean => !gate.open && gate.reason === 'resident-daemon'
