import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Agent, address } from '../../src/domain/agent.js'
import { putIssue } from './issue-store.js'
import type { StageKind } from './stage-kind.js'
import { makeRigFolders, makeTownFiles, put, putJson } from './town-folder.js'

const role = (agent: Agent): string => ('name' in agent && agent.role === 'polecat' ? '' : `${agent.role}-`)

/** The session a current town gives an agent, spelt out here so that the program's own naming is tested against it. */
function sessionOf(agent: Agent, prefix: string): string {
  if ('name' in agent) return `${prefix}-${role(agent)}${agent.name}`
  return 'rig' in agent ? `${prefix}-${agent.role}` : `hq-${agent.role}`
}

function folderOf(agent: Agent): string {
  if (agent.role === 'polecat') return `${address(agent)}/${agent.rig}`
  return agent.role === 'refinery' ? `${agent.rig}/refinery/rig` : address(agent)
}

function beadIdOf(agent: Agent, prefix: string): string {
  if (!('rig' in agent)) return `hq-${agent.role}`
  const place = agent.rig === prefix ? prefix : `${prefix}-${agent.rig}`
  return 'name' in agent ? `${place}-${agent.role}-${agent.name}` : `${place}-${agent.role}`
}

/** As gt makes it: the folder's name, and six digits that no other town of that name has. */
function socketName(root: string): string {
  const base = basename(root).toLowerCase()
  return `${base}-${createHash('sha256').update(root).digest('hex').slice(0, 6)}`
}

/** As Dolt rounds it: what was made just now may be dated half a second ahead. */
const seconds = (time: Date): string =>
  new Date(Math.round(time.getTime() / 1000) * 1000).toISOString().replace('.000Z', 'Z')

function makeDatabase(folder: string, database: string): void {
  const metadata = { database: 'dolt', backend: 'dolt', dolt_mode: 'server', dolt_database: database }
  putJson(join(folder, '.beads/metadata.json'), metadata)
  put(join(folder, '.beads/issues/.keep'), '')
}

function addRoute(root: string, prefix: string, path: string): void {
  const routes = join(root, '.beads/routes.jsonl')
  const before = existsSync(routes) ? readFileSync(routes, 'utf8') : ''
  put(routes, `${before}${JSON.stringify({ prefix: `${prefix}-`, path })}\n`)
}

/** The set of a town as gt 1.0.1 with bd 1.0.2 leaves it. */
export const currentStage: StageKind = {
  programs: 'current/',
  prompt: /❯/,
  socketName,
  sessionOf,
  folderOf,
  beadIdOf,
  stateFileOf: (agent) => `${address(agent)}/state.json`,
  sessionEnvironment: (agent) => ({
    GT_AGENT: 'claude',
    GT_PROCESS_NAMES: 'node,claude',
    GT_ROLE: address(agent),
  }),
  makeTown: (root) => {
    makeTownFiles(root)
    makeDatabase(root, 'hq')
    addRoute(root, 'hq', '.')
    addRoute(root, 'hq-cv', '.')
    put(join(root, '.dolt-data/config.yaml'), 'listener:\n  host: 127.0.0.1\n  port: 3307\n')
  },
  makeRig: (root, rig, { prefix }) => {
    makeRigFolders(root, rig, prefix)
    makeDatabase(join(root, rig), rig)
    addRoute(root, prefix, rig)
    const id = `${prefix}-rig-${rig}`
    putIssue(join(root, rig), { id, title: rig, description: `Rig identity bead for ${rig}.`, labels: ['gt:rig'] })
    return join(root, rig)
  },
  usualPrefix: (rig) => rig.slice(0, 2),
  beadsByRig: false,
  putAgentBead: (folder, { id, role, rig, state, hook, updatedAt }) => {
    const lines = [
      `${id} of the stage`,
      '',
      `role_type: ${role}`,
      `rig: ${rig ?? 'null'}`,
      `agent_state: ${state}`,
      `hook_bead: ${hook ?? 'null'}`,
      'cleanup_status: null',
      'active_mr: null',
      'notification_level: null',
    ]
    putIssue(folder, {
      id,
      title: id,
      description: lines.join('\n'),
      owner: 't@example.invalid',
      created_at: '2026-01-05T10:00:00Z',
      updated_at: seconds(updatedAt),
      labels: ['gt:agent'],
    })
  },
  putMail: (root, id, mail) => {
    const sent = seconds(new Date(Date.now() - (mail.secondsAgo ?? 0) * 1000))
    putIssue(root, {
      id,
      title: mail.subject,
      description: mail.body,
      assignee: mail.to ?? 'deacon/',
      owner: 't@example.invalid',
      created_at: sent,
      created_by: mail.from,
      updated_at: sent,
      labels: [
        'delivery:pending',
        `from:${mail.from}`,
        'gt:message',
        'msg-type:notification',
        'thread:thread-0123456789ab',
      ],
      ephemeral: true,
    })
  },
  mailPrefix: 'hq-wisp',
}
