import { en } from 'zod/locales'
import * as z from 'zod/mini'
import { issueId } from '../domain/issue-id.js'
import { cannotTell, type Known, known } from '../domain/known.js'
import { quote } from '../domain/quote.js'

// A few rows of five thousand are not worth a compiler's warm-up. Complaints are in English.
z.config({ ...en(), jitless: true })

/** An array of issues, or `null` for none. Made where there is something to complain of. */
const answerSchema = z.lazy(() => {
  const text = z.nullish(z.string())
  return z.nullable(
    z.array(
      z.object({
        id: z.string().check(z.regex(issueId, 'no issue id')),
        issue_type: text,
        title: text,
        description: text,
        status: text,
        assignee: text,
        created_at: text,
        updated_at: text,
        labels: z.nullish(z.array(z.string())),
      }),
    ),
  )
})

type PrintedRow = NonNullable<z.infer<typeof answerSchema>>[number]

const texts = ['issue_type', 'title', 'description', 'status', 'assignee', 'created_at', 'updated_at'] as const
const isText = (value: unknown): boolean => typeof value === 'string' || value === undefined || value === null

/** Whether the schema takes all of it as it is: of thousands of rows, asking it for each text takes longer than all else. What does not pass here is for
 *  the schema to judge. */
function isPlain(row: Partial<Record<keyof PrintedRow, unknown>> | null): row is PrintedRow {
  if (typeof row !== 'object' || row === null) return false
  const { id, labels } = row
  if (typeof id !== 'string' || !issueId.test(id) || !texts.every((name) => isText(row[name]))) return false
  return (
    labels === undefined || labels === null || (Array.isArray(labels) && labels.every((one) => typeof one === 'string'))
  )
}

/** An issue as bd printed it; times are as Go writes them. What was left out, or null, is empty. */
export type Row = Readonly<Record<Exclude<keyof PrintedRow, 'labels'>, string>> & {
  readonly labels: readonly string[]
}

/** By a function of ours: of thousands of rows, a transformation for each text takes longer than all else. */
const rowOf = (row: PrintedRow): Row => ({
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

/** Later versions of bd wrap what they answer. */
const isEnvelope = (value: unknown): value is { readonly data: unknown } =>
  typeof value === 'object' && value !== null && 'schema_version' in value && 'data' in value

/** The issues bd printed, each as `of` makes something of it. One row that is none makes the whole answer untrustworthy: nobody can tell. */
export function readRows<T>(stdout: string, of: (row: Row) => T): Known<readonly T[]> {
  return readParts(stdout, of) ?? readWhole(stdout, of)
}

/** Between two issues as bd prints them. No text holds it, since JSON writes a line's end otherwise there. */
const between = '\n  },\n  {\n'

/** Characters. */
const partLength = 64 * 1024

/** A long list is read a part at a time, so that what nobody keeps of its rows is never held all at once. Undefined where a part is no list of
 *  issues by itself. */
function readParts<T>(stdout: string, of: (row: Row) => T): Known<readonly T[]> | undefined {
  const rows: T[] = []
  let from = 0
  while (stdout.length - from > partLength) {
    const end = stdout.indexOf(between, from + partLength)
    if (end === -1) break
    const part = readWhole(`${from === 0 ? '' : '['}${stdout.slice(from, end)}\n  }]`, of)
    if (!part.known) return undefined
    for (const row of part.value) rows.push(row)
    from = end + between.length - '{\n'.length
  }
  if (from === 0) return undefined
  const last = readWhole(`[${stdout.slice(from)}`, of)
  return last.known ? known([...rows, ...last.value]) : undefined
}

function readWhole<T>(stdout: string, of: (row: Row) => T): Known<readonly T[]> {
  const json = parseJson(stdout)
  if (!json.known) return json
  const list = isEnvelope(json.value) ? json.value.data : json.value
  if (Array.isArray(list) && list.every(isPlain)) return known(list.map((row) => of(rowOf(row))))
  const answer = answerSchema.safeParse(list)
  return answer.success
    ? known((answer.data ?? []).map((row) => of(rowOf(row))))
    : cannotTell(`bd printed no list of issues: ${firstComplaint(answer.error)}`)
}

function parseJson(stdout: string): Known<unknown> {
  if (!/\S/.test(stdout)) return cannotTell('bd printed nothing, where even an empty list is printed as []')
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
