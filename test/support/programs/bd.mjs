// Stands in for bd 0.41.0: the calls that a heartbeat makes, answered in the words of the recorded ones.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { databaseFrom, databaseOf, fail, findIssue, issuesIn, writeIssue } from './store.mjs'

const options = {
  all: { type: 'boolean' },
  assignee: { type: 'string' },
  'body-file': { type: 'string' },
  description: { type: 'string' },
  json: { type: 'boolean' },
  label: { type: 'string' },
  limit: { type: 'string', default: '50' },
  version: { type: 'boolean' },
  readonly: { type: 'boolean' },
  status: { type: 'string' },
  type: { type: 'string' },
}

function wordsOf(args) {
  try {
    return parseArgs({ args, options, allowPositionals: true })
  } catch {
    return fail(
      `unknown flag: ${args.find((word) => word.startsWith('-') && !(word.replace(/^-+|=.*$/g, '') in options))}`,
    )
  }
}

/** The call that is answered. */
let call

const here = () =>
  databaseFrom(call.cwd, call.env) ??
  fail('no beads database found\nHint: run `bd init` to create a database in the current directory')

const print = (value) => call.say(`${JSON.stringify(value, null, 2)}\n`)

const known = (database, id) => findIssue(database, id) ?? fail(`no issue found matching "${id}"`)

function change(issue, changes) {
  const database = here()
  writeIssue(database, { ...known(database, issue), ...changes, updated_at: new Date().toISOString() })
}

function fits(issue, { status, all, type, assignee, label }) {
  const statusFits =
    status === undefined ? all || issue.status !== 'closed' : status === 'all' || issue.status === status
  return (
    statusFits &&
    (type === undefined || issue.issue_type === type) &&
    (assignee === undefined || issue.assignee === assignee) &&
    (label === undefined || (issue.labels ?? []).includes(label))
  )
}

const byUrgencyThenNewest = (one, other) =>
  one.priority - other.priority || Date.parse(other.created_at) - Date.parse(one.created_at)

const verbs = {
  list(_, wanted) {
    const rows = issuesIn(here())
      .filter((issue) => fits(issue, wanted))
      .sort(byUrgencyThenNewest)
    const shown = Number(wanted.limit) > 0 ? rows.slice(0, Number(wanted.limit)) : rows
    print(shown.map((issue) => ({ ...issue, dependency_count: 0, dependent_count: 0 })))
  },
  show(ids) {
    const found = ids.map((id) => findIssue(databaseOf(id, call) ?? here(), id))
    for (const id of ids.filter((_, index) => !found[index])) {
      call.complain(`Error fetching ${id}: no issue found matching "${id}"\n`)
    }
    if (found.some(Boolean)) print(found.filter(Boolean))
  },
  update([id], { description, 'body-file': file }) {
    const text = file === undefined ? description : readFileSync(resolve(call.cwd, file), 'utf8')
    change(id, text === undefined ? {} : { description: text })
    call.say(`✓ Updated issue: ${id}\n`)
  },
  close([id]) {
    change(id, { status: 'closed' })
    call.say(`✓ Closed ${id}: Closed\n`)
  },
  sync() {},
  version() {
    call.say('bd version 0.41.0 (dev)\n')
  },
}

export function answer(asked) {
  call = asked
  const { values, positionals } = wordsOf(call.args)
  const [verb = '', ...rest] = values.version ? ['version'] : positionals
  if (!Object.hasOwn(verbs, verb)) fail(`unknown command "${verb}" for "bd"`)
  if (values.readonly && (verb === 'update' || verb === 'close')) {
    fail(`operation '${verb}' is not allowed in read-only mode`)
  }
  return verbs[verb](rest, values)
}
