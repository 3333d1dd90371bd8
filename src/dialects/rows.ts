import { describedAgent } from '../domain/description.js'
import { parseGoTime } from '../domain/go-time.js'
import { issueId } from '../domain/issue-id.js'
import { cannotTell, type Known, known, mapKnown } from '../domain/known.js'
import { quote } from '../domain/quote.js'
import type { AgentBead, HookedBead, Mail, MergeRequest, SentMail, WorkBead } from '../domain/snapshot.js'
import { isAnnouncement } from '../domain/spawn.js'
import { type Row, readRows } from './read-rows.js'
import { isLifecycleSubject, readRequestBody } from './request-body.js'

/** Whether a text can be an issue's id, and so may stand on a command line. */
export const isIssueId = (text: string): boolean => issueId.test(text)

/** Older versions mark an agent's bead by its type, newer ones by a label. */
const isAgent = ({ issue_type, labels }: Row): boolean => issue_type === 'agent' || labels.includes('gt:agent')

/** The agents' beads in a list, as the database in `folder` keeps them. */
export const readAgentRows = (stdout: string, folder: string): Known<readonly AgentBead[]> =>
  mapKnown(
    readRows(stdout, (row) => (isAgent(row) ? agentOf(row, folder) : undefined)),
    (list) => list.filter((bead) => bead !== undefined),
  )

function agentOf({ id, description, updated_at }: Row, database: string): AgentBead {
  return { id, database, ...describedAgent(description), updatedAt: parseGoTime(updated_at), description }
}

const oldestFirst = (one: Mail, other: Mail) => (one.createdAt ?? 0) - (other.createdAt ?? 0)
// bd prints the newest first.
const mailsOf = (list: readonly Row[]) => list.toReversed().map(mailOf).toSorted(oldestFirst)

/** Mails, oldest first; one without a time comes first. */
export const readMailRows = (stdout: string): Known<readonly Mail[]> => mapKnown(readDistinct(stdout), mailsOf)

/** Those of them that nobody has read: where a label says so, open mail can be read mail. */
export const readUnreadMailRows = (stdout: string): Known<readonly Mail[]> =>
  mapKnown(readDistinct(stdout), (list) => mailsOf(list.filter(({ labels }) => !labels.includes('read'))))

/** Each mail once. Where one id stands for two, nobody can tell which of them a deed would be about. */
function readDistinct(stdout: string): Known<readonly Row[]> {
  const list = readRows(stdout, withTextIfWanted)
  if (!list.known) return list
  const first = new Map<string, Row>()
  const other = list.value.find((row) => {
    const before = first.get(row.id)
    if (before === undefined) first.set(row.id, row)
    return before !== undefined && JSON.stringify(before) !== JSON.stringify(row)
  })
  if (other !== undefined) return cannotTell(`bd printed two issues with the id ${quote(other.id)}`)
  return known([...first.values()])
}

/** What a mail says that asks for nothing is nothing to us, and can be long. */
const withTextIfWanted = (row: Row): Row =>
  isLifecycleSubject(row.title) || isAnnouncement(row.title) ? row : { ...row, description: '' }

function mailOf({ id, title, description, labels, created_at }: Row): Mail {
  const from = labels.find((label) => label.startsWith('from:'))?.slice('from:'.length) ?? ''
  const request = isLifecycleSubject(title) ? readRequestBody(description) : undefined
  return { id, subject: title, body: description, from, createdAt: parseGoTime(created_at), request }
}

/** Mails as whoever sent them looks for them. */
export const readSentRows = (stdout: string): Known<readonly SentMail[]> =>
  readRows(stdout, ({ title, created_at }) => ({ subject: title, createdAt: parseGoTime(created_at) }))

/** The ids of beads and what they are labelled. */
export const readLabels = (stdout: string): Known<readonly Pick<Row, 'id' | 'labels'>[]> =>
  readRows(stdout, ({ id, labels }) => ({ id, labels }))

/** Work, each bead with the agent on whose hook it hangs; what nobody has is left out. */
export const readHookedRows = (stdout: string): Known<readonly HookedBead[]> =>
  mapKnown(readRows(stdout, hookedOf), (list) => list.filter(({ assignee }) => assignee !== ''))

const hookedOf = ({ id, status, assignee, updated_at }: Row): HookedBead => ({
  id,
  status,
  assignee,
  updatedAt: parseGoTime(updated_at),
})

/** Requests to merge work; what names no work is left out. */
export const readMergeRequestRows = (stdout: string): Known<readonly MergeRequest[]> =>
  mapKnown(readRows(stdout, requestOf), (list) => list.filter(({ source }) => source !== ''))

const requestOf = ({ id, status, description }: Row): MergeRequest => {
  const source = /^source_issue:(.*)$/m.exec(description)?.[1]?.trim() ?? ''
  return { id, status, source: source === 'null' ? '' : source }
}

/** The issues `bd show` knew; one that it does not know leaves no trace on stdout. */
const readShown = <T>(stdout: string, of: (row: Row) => T): Known<readonly T[]> =>
  stdout.trim() === '' ? known([]) : readRows(stdout, of)

/** Every issue that `bd show` printed. */
export const readWorkRows = (stdout: string): Known<readonly WorkBead[]> =>
  readShown(stdout, ({ id, status }) => ({ id, status }))

/** Whether bd said of exactly this id that it knows no such issue. All else that it complains of is no answer. */
export const saysUnknown = (output: string, id: string): boolean => output.includes(`no issue found matching "${id}"`)

/** The agent's bead of exactly that id among those shown (bd shows a longer id when it knows no other); null when it is not there. */
export function readAgentRow(stdout: string, id: string, database: string): Known<AgentBead | null> {
  const agents = readShown(stdout, (row) => (isAgent(row) && row.id === id ? agentOf(row, database) : null))
  return mapKnown(agents, (list) => list.find((bead) => bead !== null) ?? null)
}
