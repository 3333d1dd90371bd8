import { join } from 'node:path'
import { type Agent, rigOf } from '../domain/agent.js'
import type { Rig, Steps } from '../domain/snapshot.js'
import { list } from './calls.js'
import { currentActivity } from './current-activity.js'
import { agentPrograms, handsOn, usualPlaces } from './current-agents.js'
import { asked, told } from './current-calls.js'
import { currentDatabases } from './current-databases.js'
import { townEnvironment } from './current-environment.js'
import { beadIds, nameComplaint, sessionName, socketName, workFolder } from './current-names.js'
import { currentRestraints, readRigState } from './current-restraints.js'
import { issueServer } from './current-server.js'
import { isThere, startCall } from './current-starts.js'
import type { Dialect, Kind } from './dialect.js'
import { isDolt } from './issue-store.js'
import { prefixRemarks, readPrefixes } from './prefixes.js'

const steps: Steps = {
  pendingSpawns: false,
  staleAgents: false,
  requestFlags: false,
  // They stay as they were at its start, unless an agent pauses itself.
  beadStates: false,
  restStates: ['done', 'nuked', 'stuck', 'awaiting-gate'],
  workHooks: true,
  needsIssues: true,
}

/** Gas Town of today (gt 1, bd 1, a Dolt server): sessions by the rigs' prefixes on a socket of the town's own, agents' beads
 *  in the town's database, hooks told by the beads of the work, agents brought up by gt. */
export const currentKind: Kind = {
  name: 'current',
  signs: (root) => (isDolt(join(root, '.beads')) ? ['.beads belongs to a Dolt server'] : []),
  speaks: {
    // Since 0.12 the socket of a town is named by its path.
    gt: ([major, minor]) => major > 0 || minor >= 12,
    // The oldest that such a gt takes.
    bd: ([major, minor]) => major > 0 || minor >= 57,
  },
  open: openCurrent,
}

function openCurrent(root: string, rigs: readonly Rig[]): Dialect {
  const named = new Map(rigs.map((rig) => [rig.name, rig]))
  const rigFor = (agent: Agent): Rig | undefined => named.get(rigOf(agent) ?? '')
  const prefixes = readPrefixes(root, rigs)
  return {
    name: 'current',
    steps,
    sessionName: (agent) => sessionName(agent, rigFor(agent)),
    nameComplaint: (agent) => nameComplaint(agent, rigFor(agent)),
    socketName: (env) => socketName(root, env),
    beadIds: (agent) => beadIds(agent, prefixes(rigOf(agent) ?? '')),
    folder: workFolder,
    stateFile: () => undefined,
    // gt gives it to whoever it starts.
    environment: () => ({}),
    databases: currentDatabases,
    restraints: currentRestraints,
    remarks: prefixRemarks,
    issueServer,
    ...currentActivity,
    ...asked,
    listRigs: ({ folder }) => list(folder, '--label', 'gt:rig', '--include-infra'),
    readRig: (stdout, { name }) => readRigState(stdout, name, prefixes(name)),
    ...told,
    starts: {
      startCall: (agent) => startCall(root, agent),
      isThere,
      loginEnvironment: true,
      handsOn,
      agentPrograms,
      usualPlaces,
    },
    childEnvironment: townEnvironment,
  }
}
