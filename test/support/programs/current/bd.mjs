// Stands in for bd 1.0.2 over a Dolt server: the calls that a heartbeat makes, answered in the words of the recorded ones.

import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { databaseFrom, fail, findIssue, issuesIn, writeIssue } from '../store.mjs'
import { doltFailure, now } from './dolt.mjs'

const options = {
  all: { type: 'boolean' },
  assignee: { type: 'string' },
  'body-file': { type: 'string' },
  description: { type: 'string' },
  flat: { type: 'boolean' },
  'include-infra': { type: 'boolean' },
  json: { type: 'boolean' },
  label: { type: 'string' },
  limit: { type: 'string', default: '50' },
  readonly: { type: 'boolean' },
  status: { type: 'string' },
  type: { type: 'string' },
  version: { type: 'boolean' },
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

/** The call that is answered, and the database it is about. */
let call
let here

/** What the real one says on stderr however well all is. */
function complain({ ofRole }) {
  call.complain(
    `Warning: ${here} has permissions 0755 (recommended: 0700). Run: chmod 700 ${here}\n${
      ofRole
        ? 'warning: beads.role not configured (GH#2950).\n  Fix: git config beads.role maintainer\n  Or:  git config beads.role contributor\n'
        : ''
    }`,
  )
}

/** Rows bare, or wrapped as bd 2 announces. */
function print(value) {
  const wrapped = call.env.BD_JSON_ENVELOPE === '1' ? { schema_version: 1, data: value } : value
  call.say(`${JSON.stringify(wrapped, null, 2)}\n`)
}

function change(id, changes) {
  const issue = findIssue(here, id) ?? fail(`no issue found matching "${id}"`)
  writeIssue(here, { ...issue, ...changes, updated_at: now() })
}

const hidden = new Set(['closed', 'pinned'])

function fits(issue, { status, all, type, assignee, label }) {
  const statusFits = status === undefined ? all || !hidden.has(issue.status) : status.split(',').includes(issue.status)
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
    complain({ ofRole: true })
    if (wanted.type === 'agent') fail('invalid issue type: agent')
    const rows = issuesIn(here)
      .filter((issue) => fits(issue, wanted))
      .sort(byUrgencyThenNewest)
    const shown = Number(wanted.limit) > 0 ? rows.slice(0, Number(wanted.limit)) : rows
    const count = ({ dependencies = [] }) => dependencies.length
    print(shown.map((issue) => ({ ...issue, dependency_count: count(issue), dependent_count: 0, comment_count: 0 })))
  },
  show(ids) {
    const found = ids.map((id) => findIssue(here, id))
    complain({ ofRole: !found.some(Boolean) })
    for (const id of ids.filter((_, index) => !found[index])) {
      call.complain(`Error fetching ${id}: no issue found matching "${id}"\n`)
    }
    if (found.some(Boolean)) return print(found.filter(Boolean))
    call.say(`${JSON.stringify({ error: 'no issues found matching the provided IDs' }, null, 2)}\n`)
    return 1
  },
  update([id], { description, 'body-file': file }) {
    complain({ ofRole: false })
    const text = file === undefined ? description : readFileSync(resolve(call.cwd, file), 'utf8')
    change(id, text === undefined ? {} : { description: text })
    call.say(`✓ Updated issue: ${id}\n`)
  },
  close([id]) {
    complain({ ofRole: false })
    change(id, { status: 'closed' })
    call.say(`✓ Closed ${id}: Closed\n`)
  },
  version() {
    if (here) complain({ ofRole: false })
    call.say('bd version 1.0.2 (dev)\n')
  },
}

export function answer(asked) {
  call = asked
  here = databaseFrom(call.cwd, call.env)
  const { values, positionals } = wordsOf(call.args)
  const [verb = '', ...rest] = values.version ? ['version'] : positionals
  if (!Object.hasOwn(verbs, verb)) fail(`unknown command "${verb}" for "bd"`)
  if (verb !== 'version') {
    if (!here) fail('no beads database found')
    const down = doltFailure(dirname(here), call.env)
    if (down) {
      complain({ ofRole: false })
      call.complain(`${JSON.stringify({ error: down }, null, 2)}\n`)
      return 1
    }
    if (values.readonly && (verb === 'update' || verb === 'close')) {
      fail(`operation '${verb}' is not allowed in read-only mode`)
    }
  }
  return verbs[verb](rest, values)
}
