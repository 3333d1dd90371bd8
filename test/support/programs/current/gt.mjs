// Stands in for gt 1.0.1: mail, starts, its version, and the small calls that tmux makes on its behalf.
import { randomBytes } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { databaseFrom, fail, findIssue, issuesIn, townFrom, writeIssue } from '../store.mjs'
import { doltFailure, now } from './dolt.mjs'
import { isAwake, isThere, place, say, start, stop } from './sessions.mjs'

const { env } = process
const town = townFrom(process.cwd())
const print = (...lines) => process.stdout.write(`${lines.join('\n')}\n`)

/** Every gt call of an agent's session leaves this mark. */
function touchHeartbeat() {
  if (!town || !env.GT_SESSION || !env.GT_ROLE) return
  mkdirSync(join(town, '.runtime/heartbeats'), { recursive: true })
  const mark = { timestamp: new Date().toISOString(), state: 'working' }
  writeFileSync(join(town, '.runtime/heartbeats', `${env.GT_SESSION}.json`), JSON.stringify(mark))
}

function feed(type, actor, payload) {
  const line = { ts: now(), source: 'gt', type, actor, payload, visibility: 'feed' }
  appendFileSync(join(town, '.events.jsonl'), `${JSON.stringify(line)}\n`)
}

/** Who writes, as gt makes it out of the environment. */
function sender() {
  const role = env.GT_ROLE ?? ''
  if (role === 'mayor' || role === 'deacon') return `${role}/`
  return role === '' ? 'overseer' : role
}

const townDatabase = () => databaseFrom(town ?? process.cwd(), {}) ?? fail('no beads database found')

/** The session of whom a mail is for, where gt knows one. */
function recipient(to) {
  const [rig, role, name] = to.replace(/\/$/, '').split('/')
  if (!role) return rig === 'overseer' ? undefined : { role: rig }
  if (name) return { role: role === 'crew' ? 'crew' : 'polecat', rig, name }
  return role === 'witness' || role === 'refinery' ? { role, rig } : { role: 'polecat', rig, name: role }
}

function send(to, { subject, message, quiet }) {
  const from = sender()
  const down = doltFailure(process.cwd(), env)
  if (down) fail(`all sends failed: ${to}: sending message: Error: ${down}`)
  writeIssue(townDatabase(), {
    id: `hq-wisp-${randomBytes(4).toString('hex')}`,
    title: subject,
    description: message,
    status: 'open',
    priority: 2,
    issue_type: 'task',
    assignee: to,
    owner: 't@example.invalid',
    created_at: now(),
    created_by: from,
    updated_at: now(),
    labels: [
      'delivery:pending',
      `from:${from}`,
      'gt:message',
      'msg-type:notification',
      `thread:thread-${randomBytes(6).toString('hex')}`,
    ],
    ephemeral: true,
  })
  feed('mail', from, { subject, to })
  const agent = quiet ? undefined : recipient(to)
  if (agent && isThere(town, place(town, agent))) say(town, place(town, agent), `You have new mail from ${from}. `)
  print(`✓ Message sent to ${to}`, `  Subject: ${subject}`)
}

function remove(id) {
  const database = townDatabase()
  const issue = findIssue(database, id)
  if (issue?.id !== id || issue.status === 'closed' || doltFailure(process.cwd(), env)) {
    print('⚠ Deleted 0/1 messages', `  Error: ${id}: ${doltFailure(process.cwd(), env) ?? 'message not found'}`)
    fail('failed to delete 1 messages')
  }
  writeIssue(database, { ...issue, status: 'closed', updated_at: now() })
  print('✓ Message deleted')
}

const labelled = (issue, name) => issue.labels?.find((label) => label.startsWith(`${name}:`))?.slice(name.length + 1)

/** Reading acknowledges: the recorded trap. */
function inbox(identity) {
  const database = townDatabase()
  const mails = issuesIn(database)
    .filter(
      ({ labels, status, assignee }) => labels?.includes('gt:message') && status === 'open' && assignee === identity,
    )
    .sort((one, other) => Date.parse(other.created_at) - Date.parse(one.created_at))
  for (const mail of mails) {
    const acked = [`delivery-acked-at:${now()}`, `delivery-acked-by:${identity}`, 'delivery:acked']
    if (!mail.labels.includes('delivery:acked'))
      writeIssue(database, { ...mail, labels: [...acked, ...mail.labels].sort() })
  }
  const shown = mails.map((issue) => ({
    id: issue.id,
    from: (labelled(issue, 'from') ?? '').replace(/\/(polecats|crew)\//, '/'),
    to: identity,
    subject: issue.title,
    body: issue.description,
    timestamp: issue.created_at,
    read: false,
    priority: 'normal',
    type: labelled(issue, 'msg-type') ?? 'notification',
    thread_id: labelled(issue, 'thread'),
    delivery_state:
      labelled(issue, 'delivery') === 'acked' && !issue.labels.includes('delivery:pending') ? 'acked' : 'pending',
  }))
  print(JSON.stringify(shown, null, 2))
}

function mail(args) {
  const options = {
    identity: { type: 'string', default: 'overseer' },
    json: { type: 'boolean' },
    message: { type: 'string', short: 'm', default: '' },
    'no-notify': { type: 'boolean' },
    subject: { type: 'string', short: 's', default: '' },
  }
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
  const [verb, target] = positionals
  if (verb === 'send') return send(target, { ...values, quiet: values['no-notify'] })
  if (verb === 'delete') return remove(target)
  if (verb === 'inbox') return inbox(values.identity)
  return fail(`unknown command "${verb}" for "gt mail"`)
}

const titles = { deacon: 'Deacon', mayor: 'Mayor', witness: 'Witness', refinery: 'Refinery' }

/** `gt deacon|mayor start`: fails when a session stands there, a zombie too. */
async function townAgent(role, verb) {
  const agent = place(town, { role })
  if (verb === 'restart') {
    print(`Restarting ${titles[role]}...`)
    stop(town, agent)
  } else if (isThere(town, agent)) fail(`${titles[role]} session already running. Attach with: gt ${role} attach`)
  if (role === 'mayor' || verb === 'start') print(`Starting ${titles[role]} session...`)
  const wrong = await start(town, agent)
  if (wrong) fail(wrong)
  print(`✓ ${titles[role]} session started. Attach with: gt ${role} attach`)
}

function refuseParked(rig) {
  const path = join(town, '.beads-wisp/config', `${rig}.json`)
  const status = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).values?.status : undefined
  if (status === 'parked' || status === 'docked')
    fail(`rig '${rig}' is ${status} - use 'gt rig un${status.slice(0, -2)} ${rig}' first`)
}

/** `gt witness|refinery start <rig>`: content when an agent runs there, and in place of a zombie. */
async function rigAgent(role, verb, rig) {
  refuseParked(rig)
  const agent = place(town, { role, rig })
  const Title = titles[role]
  print(verb === 'restart' ? `Restarting ${role} for ${rig}...` : `Starting ${role} for ${rig}...`)
  if (verb === 'start' && isThere(town, agent) && isAwake(town, agent)) {
    return print(
      `⚠ ${Title} is already running`,
      ...(role === 'witness' ? ["  Use 'gt witness attach' to connect"] : []),
    )
  }
  stop(town, agent)
  const wrong = await start(town, agent)
  if (wrong) fail(`starting ${role}: ${wrong}`)
  if (verb === 'restart') return print(`✓ ${Title} restarted for ${rig}`, `  Use 'gt ${role} attach' to connect`)
  const attach = role === 'witness' ? ["  Use 'gt witness attach' to connect"] : []
  print(`✓ ${Title} started for ${rig}`, ...attach, `  Use 'gt ${role} status' to check progress`)
}

/** `gt session start|restart <rig>/<polecat> [--force]`. */
async function polecat(verb, address, force) {
  const [rig, name] = address.split('/')
  const agent = place(town, { role: 'polecat', rig, name })
  if (verb === 'restart' && isThere(town, agent)) {
    print(`${force ? 'Force stopping' : 'Stopping'} session for ${address}...`)
    stop(town, agent)
  }
  print(`Starting session for ${address}...`)
  if (!existsSync(join(town, rig, 'polecats', name))) fail(`starting session: polecat not found: ${name}`)
  if (isThere(town, agent)) {
    if (isAwake(town, agent)) fail(`starting session: session already running: ${agent.session}`)
    stop(town, agent)
  }
  const wrong = await start(town, agent)
  if (wrong) fail(`starting session: ${wrong}`)
  print(`✓ Session ${verb}ed. Attach with: gt session at ${address}`)
}

/** `gt crew start <rig> <name>`, `gt crew restart <rig>/<name>`. */
async function crew(verb, words) {
  const [rig, name] = words.length > 1 ? words : words[0].split('/')
  const agent = place(town, { role: 'crew', rig, name })
  if (verb === 'start') print(`Starting 1 crew member(s) in ${rig}...`)
  if (verb === 'start' && isThere(town, agent)) return print(`  ○ ${rig}/${name}: already running`)
  stop(town, agent)
  const wrong = await start(town, agent)
  if (wrong) {
    print(verb === 'start' ? `  ✗ ${rig}/${name}: ${wrong}` : `Error restarting ${words.join(' ')}: ${wrong}`)
    fail(wrong)
  }
  print(verb === 'start' ? `  ✓ ${rig}/${name}: started` : `✓ Restarted crew workspace: ${rig}/${name}`)
}

function polecats() {
  const rigs = Object.keys(JSON.parse(readFileSync(join(town, 'mayor/rigs.json'), 'utf8')).rigs)
  const workOf = (rig, name) =>
    issuesIn(databaseFrom(join(town, rig), {}) ?? '').find(
      ({ status, assignee }) => status === 'hooked' && assignee === `${rig}/polecats/${name}`,
    )?.id
  const rows = issuesIn(townDatabase()).flatMap(({ id, description, labels }) => {
    if (!labels?.includes('gt:agent') || !/^role_type: polecat$/m.test(description)) return []
    const rig = /^rig: (.*)$/m.exec(description)?.[1]
    return rigs.includes(rig) ? [{ rig, id }] : []
  })
  return rows.map(({ rig, id }) => {
    const name = id.slice(id.lastIndexOf('-polecat-') + '-polecat-'.length)
    const issue = workOf(rig, name)
    const session_running = isThere(town, place(town, { role: 'polecat', rig, name }))
    return { rig, name, state: issue ? 'working' : 'idle', ...(issue ? { issue } : {}), session_running }
  })
}

export async function answer({ args: [noun, verb, ...rest] }) {
  const isStart = verb === 'start' || verb === 'restart'
  touchHeartbeat()
  if (noun === '--version' || noun === 'version') print('gt version 1.0.1')
  else if (noun === 'mail') mail([verb, ...rest])
  else if ((noun === 'deacon' || noun === 'mayor') && isStart) await townAgent(noun, verb)
  else if ((noun === 'witness' || noun === 'refinery') && isStart) await rigAgent(noun, verb, rest[0])
  else if (noun === 'session' && isStart) await polecat(verb, rest[0], rest.includes('--force'))
  else if (noun === 'crew' && isStart) await crew(verb, rest)
  else if (noun === 'polecat' && verb === 'list') print(JSON.stringify(polecats(), null, 2))
  else if (noun === 'daemon' && verb === 'status') print('○ Daemon is not running', '', 'Start with: gt daemon start')
  else if (noun !== 'log' && noun !== 'status-line') fail(`unknown command "${noun}" for "gt"`)
}
