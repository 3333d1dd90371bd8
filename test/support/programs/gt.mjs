// Stands in for gt 0.1.0: mail, its version, and the small calls that tmux makes on its behalf.
import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { databaseFrom, fail, findIssue, issuesIn, newId, townFrom, writeIssue } from './store.mjs'

/** The call that is answered. */
let call

/** Every gt call leaves this mark, in the town that the environment names: what an idle town is told by. */
function touchActivity() {
  const { GT_TOWN_ROOT, HOME = '/' } = call.env
  const folder = join(GT_TOWN_ROOT || join(HOME, 'gt'), 'daemon')
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(
      join(folder, 'activity.json'),
      JSON.stringify({ last_command: `gt ${call.args[0]}`, timestamp: new Date().toISOString() }),
    )
  } catch {
    // As in the real one: a mark that cannot be left is not missed.
  }
}

/** Who writes, as gt makes it out of the environment. */
function sender() {
  const { env } = call
  const role = env.GT_ROLE ?? ''
  if (role.includes('/')) return role
  if (role === 'mayor' || role === 'deacon') return `${role}/`
  if (role === 'witness' || role === 'refinery') return `${env.GT_RIG}/${role}`
  if (role === 'crew') return `${env.GT_RIG}/crew/${env.GT_CREW}`
  if (role === 'polecat') return `${env.GT_RIG}/${env.GT_POLECAT}`
  return 'overseer'
}

const townDatabase = () => databaseFrom(townFrom(call.cwd) ?? call.cwd, {}) ?? fail('no beads database found')

function send(to, subject, body) {
  const now = new Date().toISOString()
  const from = sender()
  writeIssue(townDatabase(), {
    id: newId('gm'),
    title: subject,
    description: body,
    status: 'open',
    priority: 2,
    issue_type: 'message',
    assignee: to,
    created_at: now,
    created_by: from,
    updated_at: now,
    labels: [`from:${from}`, `thread:thread-${randomBytes(6).toString('hex')}`],
    ephemeral: true,
  })
  call.say(`✓ Message sent to ${to}\n  Subject: ${subject}\n`)
}

function remove(id) {
  const database = townDatabase()
  const issue = findIssue(database, id) ?? fail(`deleting message: Error: no issue found matching "${id}"`)
  writeIssue(database, { ...issue, status: 'closed', updated_at: new Date().toISOString() })
  call.say('✓ Message deleted\n')
}

const labelled = (issue, name) => issue.labels?.find((label) => label.startsWith(`${name}:`))?.slice(name.length + 1)

function inbox(identity) {
  const mails = issuesIn(townDatabase())
    .filter((issue) => issue.issue_type === 'message' && issue.status === 'open' && issue.assignee === identity)
    .sort((one, other) => Date.parse(other.created_at) - Date.parse(one.created_at))
    .map((issue) => ({
      id: issue.id,
      from: labelled(issue, 'from') ?? '',
      to: identity,
      subject: issue.title,
      body: issue.description,
      timestamp: issue.created_at,
      read: false,
      priority: 'normal',
      type: 'notification',
      thread_id: labelled(issue, 'thread'),
    }))
  call.say(`${JSON.stringify(mails.length > 0 ? mails : null, null, 2)}\n`)
}

function mail(args) {
  const options = {
    identity: { type: 'string', default: 'overseer' },
    json: { type: 'boolean' },
    message: { type: 'string', short: 'm', default: '' },
    subject: { type: 'string', short: 's', default: '' },
  }
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
  const [verb, target] = positionals
  touchActivity()
  if (verb === 'send') return send(target, values.subject, values.message)
  if (verb === 'delete') return remove(target)
  if (verb === 'inbox') return inbox(values.identity)
  return fail(`unknown command "${verb}" for "gt mail"`)
}

export function answer(asked) {
  call = asked
  const [verb, ...rest] = call.args
  if (verb === '--version' || verb === 'version') call.say('gt version 0.1.0\n')
  else if (verb === 'mail') mail(rest)
  else if (verb !== 'log' && verb !== 'status-line') fail(`unknown command "${verb}" for "gt"`)
}
