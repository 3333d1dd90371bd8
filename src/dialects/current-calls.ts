import { bd, gt, list } from './calls.js'
import type { Dialect } from './dialect.js'
import {
  readAgentRow,
  readAgentRows,
  readHookedRows,
  readMergeRequestRows,
  readSentRows,
  readUnreadMailRows,
  readWorkRows,
  saysUnknown,
} from './rows.js'

/** Whose mail the checks read. */
const inbox = 'deacon/'
/** What a check signs its notices with: gt takes it from GT_ROLE. */
const sender = { GT_ROLE: 'gt-heartbeat/check' }
/** Work on a hook that was begun, and that was not. */
const onHooks = 'hooked,in_progress'

/** How the town's issues are asked for. */
export const asked = {
  // Those of older versions are of a type that bd hides unless it is told not to.
  listAgents: ({ folder }) => list(folder, '--label', 'gt:agent', '--include-infra'),
  readAgents: (stdout, { folder }) => readAgentRows(stdout, folder),
  listMail: (root) => list(root, '--label', 'gt:message', '--assignee', inbox, '--status', 'open'),
  readMail: readUnreadMailRows,
  listSent: (root, to) => list(root, '--label', 'gt:message', '--assignee', to, '--all'),
  readSent: readSentRows,
  listHooked: ({ folder }) => list(folder, '--status', onHooks),
  readHooked: readHookedRows,
  listMergeRequests: ({ folder }) => list(folder, '--label', 'gt:merge-request'),
  readMergeRequests: readMergeRequestRows,
  showBead: (database, id) => bd(database, '--readonly', 'show', id, '--json'),
  showBeads: (database, ids) => bd(database, '--readonly', 'show', ...ids, '--json'),
  isUnknown: saysUnknown,
  readWorks: readWorkRows,
  readAgent: readAgentRow,
} satisfies Partial<Dialect>

/** How the town is told of changes. */
export const told = {
  deleteMail: (root, id) => gt(root, 'mail', 'delete', id),
  closeMail: (root, id) => bd(root, 'close', id),
  isGone: (output) =>
    /message not found|no issues? found matching|issue \S+ not found|issue not found|already closed/i.test(output),
  describeBead: ({ database, id }, file) => bd(database, 'update', id, '--body-file', file),
  // Without --no-notify gt types into the recipient's session.
  sendMail: (root, { to, subject, body }) => ({
    ...gt(root, 'mail', 'send', to, '-s', subject, '-m', body, '--no-notify'),
    env: sender,
  }),
} satisfies Partial<Dialect>
