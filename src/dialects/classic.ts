import { join } from 'node:path'
import { bd, gt, list } from './calls.js'
import { quietEnvironment } from './child-environment.js'
import { classicStamps } from './classic-activity.js'
import { classicDatabases, holdsOwnDatabase } from './classic-databases.js'
import { beadIds, identity, sessionName, stateFile, workFolder } from './classic-names.js'
import type { Dialect, Kind } from './dialect.js'
import {
  readAgentRow,
  readAgentRows,
  readMailRows,
  readMergeRequestRows,
  readSentRows,
  readWorkRows,
  saysUnknown,
} from './rows.js'

/** Whose mail the checks read. */
const inbox = 'deacon/'
/** What a check signs its notices with: gt takes it from GT_ROLE, and from nowhere else. */
const sender = { GT_ROLE: 'gt-heartbeat/check' }

/** Gas Town of December 2025 (gt 0.1): every name begins with `gt-`, agents' beads lie in the rigs' databases. */
export const classic: Dialect = {
  name: 'classic',
  steps: {
    pendingSpawns: true,
    staleAgents: true,
    requestFlags: true,
    beadStates: true,
    restStates: ['done', 'nuked'],
    workHooks: false,
    needsIssues: false,
  },
  sessionName,
  beadIds,
  folder: workFolder,
  stateFile,
  environment: identity,
  databases: classicDatabases,
  bdDaemons: (root, rigs) => {
    const found = classicDatabases(root, rigs)
    return found.known ? found.value.databases.map(({ folder }) => folder) : []
  },
  activityStamps: classicStamps,
  listAgents: ({ folder }) => list(folder, '--type=agent'),
  readAgents: (stdout, { folder }) => readAgentRows(stdout, folder),
  listMail: (root) => list(root, '--type', 'message', '--assignee', inbox, '--status', 'open'),
  readMail: readMailRows,
  listSent: (root, to) => list(root, '--type', 'message', '--assignee', to, '--all'),
  readSent: readSentRows,
  listMergeRequests: ({ folder }) => list(folder, '--type', 'merge-request'),
  readMergeRequests: readMergeRequestRows,
  showBead: (database, id) => bd(database, '--readonly', 'show', id, '--json'),
  showBeads: (database, ids) => bd(database, '--readonly', 'show', ...ids, '--json'),
  isUnknown: saysUnknown,
  readWorks: readWorkRows,
  readAgent: readAgentRow,
  deleteMail: (root, id) => gt(root, 'mail', 'delete', id),
  closeMail: (root, id) => bd(root, 'close', id),
  isGone: (output) => /no issue found matching|issue \S+ not found|issue not found|already closed/i.test(output),
  syncCall: (folder) => bd(folder, 'sync'),
  describeBead: ({ database, id }, file) => bd(database, 'update', id, '--body-file', file),
  sendMail: (root, { to, subject, body }) => ({
    ...gt(root, 'mail', 'send', to, '-s', subject, '-m', body),
    env: sender,
  }),
  // gt and bd note every call in the activity file of the town these name; a file is no town, so ours leave no trace.
  childEnvironment: (_, env) => quietEnvironment(env, { GT_TOWN_ROOT: '/dev/null', GT_ROOT: '/dev/null' }),
}

/** Every classic town is spoken to in the same way. gt 0.2 named sessions anew, bd 0.50 gave up SQLite. */
export const classicKind: Kind = {
  name: classic.name,
  signs: (root) =>
    holdsOwnDatabase(join(root, '.beads')) ? ['.beads holds a database of its own, without a server'] : [],
  speaks: {
    gt: ([major, minor]) => major === 0 && minor <= 1,
    bd: ([major, minor]) => major === 0 && minor < 50,
  },
  open: () => classic,
}
