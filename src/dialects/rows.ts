import { en } from 'zod/locales'
import * as z from 'zod/mini'
import { describedAgent } from '../domain/description.js'
import { parseGoTime } from '../domain/go-time.js'
import { issueId } from '../domain/issue-id.js'
import { cannotTell, type Known, known, mapKnown } from '../domain/known.js'
import { quote } from '../domain/quote.js'
import type { AgentBead, HookedBead, Mail, SentMail, WorkBead } from '../domain/snapshot.js'
import { isLifecycleSubject, readRequestBody } from './request-body.js'

// A few rows of five thousand are not worth a compiler's warm-up. Complaints are in English.
z.config({ ...en(), jitless: true })

const text = z.nullish(z.string())

const rowSchema = z.object({
  id: z.string().check(z.regex(issueId, 'no issue id')),
  issue_type: text,
  title: text,
  description: text,
  status: text,
  assignee: text,
  created_at: text,
  updated_at: text,
  labels: z.nullish(z.array(z.string())),
})

/** An issue as bd printed it; times are as Go writes them. What was left out, or null, is empty. */
type Row = Readonly<Record<Exclude<keyof z.infer<typeof rowSchema>, 'labels'>, string>> & {
  readonly labels: readonly string[]
}

/** By a function of ours: of thousands of rows, a transformation for each text takes longer than all else. */
const rowOf = (row: z.infer<typeof rowSchema>): Row => ({
  id: row.id,
  issue_type: row.issue_type ?? '',
  title: row.title ?? '',
  description: row.description ?? '',
  status: row.status ?? '',
  assignee: row.assignee ?? '',
  created_at: row.created_at ?? '',
  updated_at: row.updated_at ?? '',
  labels: row.labels ?? [],
})

/** An array of issues, `null` for none, or either of them wrapped as later versions of bd do. */
const answerSchema = z.pipe(
  z.transform((value) => (isEnvelope(value) ? value.data : value)),
  z.nullable(z.array(rowSchema)),
)

const isEnvelope = (value: unknown): value is { readonly data: unknown } =>
  typeof value === 'object' && value !== null && 'schema_version' in value && 'data' in value

/** Whether a text can be an issue's id, and so may stand on a command line. */
export const isIssueId = (text: string): boolean => issueId.test(text)

/** The issues bd printed. One row that is none makes the whole answer untrustworthy: nobody can tell. */
function readRows(stdout: string): Known<readonly Row[]> {
  const json = parseJson(stdout)
  if (!json.known) return json
  const answer = answerSchema.safeParse(json.value)
  return answer.success
    ? known((answer.data ?? []).map(rowOf))
    : cannotTell(`bd printed no list of issues: ${firstComplaint(answer.error)}`)
}

function parseJson(stdout: string): Known<unknown> {
  if (stdout.trim() === '') return cannotTell('bd printed nothing, where even an empty list is printed as []')
  try {
    return known(JSON.parse(stdout))
  } catch {
    return cannotTell(`bd printed no JSON: ${quote(stdout.trim())}`)
  }
}

function firstComplaint({ issues }: z.core.$ZodError): string {
  const [issue] = issues
  return issue ? `${issue.path.join('.')}: ${issue.message}`.replace(/^: /, '') : ''
}

/** Older versions mark an agent's bead by its type, newer ones by a label. */
const isAgent = ({ issue_type, labels }: Row): boolean => issue_type === 'agent' || labels.includes('gt:agent')

/** The agents' beads in a list, as the database in `folder` keeps them. */
export const readAgentRows = (stdout: string, folder: string): Known<readonly AgentBead[]> =>
  mapKnown(readRows(stdout), (list) => list.filter(isAgent).map((row) => agentOf(row, folder)))

function agentOf({ id, description, updated_at }: Row, database: string): AgentBead {
  const { state, hook, rig, role } = describedAgent(description)
  return { id, database, state, hook, rig, role, updatedAt: parseGoTime(updated_at), description }
}

const oldestFirst = (one: Mail, other: Mail) => (one.createdAt ?? 0) - (other.createdAt ?? 0)
// bd prints the newest first.
const mailsOf = (list: readonly Row[]) => list.toReversed().map(mailOf).toSorted(oldestFirst)

/** Mails, oldest first; one without a time comes first. */
export const readMailRows = (stdout: string): Known<readonly Mail[]> => mapKnown(readDistinct(stdout), mailsOf)

/** Those of them that nobody has read: where a label says so, open mail can be read mail. */
export const readUnreadMailRows = (stdout: string): Known<readonly Mail[]> =>
  mapKnown(readDistinct(stdout), (list) => mailsOf(list.filter(({ labels }) => !labels.includes('read'))))

/** Each issue once. Where one id stands for two, nobody can tell which of them a deed would be about. */
function readDistinct(stdout: string): Known<readonly Row[]> {
  const list = readRows(stdout)
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

function mailOf({ id, title, description, labels, created_at }: Row): Mail {
  const from = labels.find((label) => label.startsWith('from:'))?.slice('from:'.length) ?? ''
  const request = isLifecycleSubject(title) ? readRequestBody(description) : undefined
  return { id, subject: title, body: description, from, createdAt: parseGoTime(created_at), request }
}

/** Mails as whoever sent them looks for them. */
export const readSentRows = (stdout: string): Known<readonly SentMail[]> =>
  mapKnown(readRows(stdout), (list) =>
    list.map(({ title, created_at }) => ({ subject: title, createdAt: parseGoTime(created_at) })),
  )

/** The ids of beads and what they are labelled. */
export const readLabels = (stdout: string): Known<readonly Pick<Row, 'id' | 'labels'>[]> => readRows(stdout)

/** Work, each bead with the agent on whose hook it hangs; what nobody has is left out. */
export const readHookedRows = (stdout: string): Known<readonly HookedBead[]> =>
  mapKnown(readRows(stdout), (list) =>
    list
      .filter(({ assignee }) => assignee !== '')
      .map(({ id, status, assignee, updated_at }) => ({ id, status, assignee, updatedAt: parseGoTime(updated_at) })),
  )

/** The issues `bd show` knew; one that it does not know leaves no trace on stdout. */
function readShown(stdout: string): Known<readonly Row[]> {
  return stdout.trim() === '' ? known([]) : readRows(stdout)
}

/** Every issue that `bd show` printed. */
export const readWorkRows = (stdout: string): Known<readonly WorkBead[]> =>
  mapKnown(readShown(stdout), (list) => list.map(({ id, status }) => ({ id, status })))

/** The issue of exactly that id among those shown (bd shows a longer id when it knows no other); null when it is not there. */
export const readWorkRow = (stdout: string, id: string): Known<WorkBead | null> =>
  mapKnown(readWorkRows(stdout), (list) => list.find((work) => work.id === id) ?? null)

/** The same of an agent's bead. */
export function readAgentRow(stdout: string, id: string, database: string): Known<AgentBead | null> {
  return mapKnown(readShown(stdout), (list) => {
    const row = list.find((one) => one.id === id && isAgent(one))
    return row ? agentOf(row, database) : null
  })
}
