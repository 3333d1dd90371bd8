import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** An issue as the stand-in bd keeps and prints it. */
export interface Issue {
  readonly id: string
  readonly title: string
  readonly description: string
  readonly status: string
  readonly priority: number
  readonly issue_type: string
  readonly assignee?: string
  readonly owner?: string
  readonly created_at: string
  readonly created_by: string
  readonly updated_at: string
  readonly labels?: readonly string[]
  readonly ephemeral?: boolean
}

/** What an agent's bead tells; the rest of it is made up. */
export interface BeadText {
  readonly id: string
  readonly role: string
  readonly rig: string | undefined
  readonly state: string
  readonly hook: string | undefined
  readonly updatedAt: Date
}

/** Makes `folder` a place that holds issues. */
export function makeDatabase(folder: string): void {
  mkdirSync(join(folder, '.beads/issues'), { recursive: true })
  writeFileSync(join(folder, '.beads/beads.db'), '')
}

const fileOf = (folder: string, id: string): string => join(folder, '.beads/issues', `${id}.json`)

/** Writes one issue in one step, so that no reader sees half of it; what is left out is ordinary. */
export function putIssue(folder: string, issue: Pick<Issue, 'id'> & Partial<Issue>): void {
  const at = new Date().toISOString()
  // In the order in which bd prints them.
  const whole = {
    id: issue.id,
    title: issue.title ?? issue.id,
    description: issue.description ?? '',
    status: issue.status ?? 'open',
    priority: issue.priority ?? 2,
    issue_type: issue.issue_type ?? 'task',
    assignee: issue.assignee,
    owner: issue.owner,
    created_at: issue.created_at ?? at,
    created_by: issue.created_by ?? 'Tester',
    updated_at: issue.updated_at ?? at,
    labels: issue.labels,
    ephemeral: issue.ephemeral,
  }
  const unfinished = join(folder, '.beads', `${issue.id}.new`)
  writeFileSync(unfinished, JSON.stringify(whole, null, 2))
  renameSync(unfinished, fileOf(folder, issue.id))
}

/** An agent's bead in the words gt writes. */
export function putAgentBead(folder: string, bead: BeadText): void {
  const title = `${bead.id} of the stage`
  const lines = [
    title,
    '',
    `role_type: ${bead.role}`,
    `rig: ${bead.rig ?? 'null'}`,
    `agent_state: ${bead.state}`,
    `hook_bead: ${bead.hook ?? 'null'}`,
    `role_bead: gt-${bead.role}-role`,
    'cleanup_status: null',
  ]
  putIssue(folder, {
    id: bead.id,
    title,
    description: lines.join('\n'),
    issue_type: 'agent',
    created_at: '2026-01-05T10:00:00.123456789Z',
    updated_at: bead.updatedAt.toISOString(),
  })
}

const isIssue = (value: unknown): value is Issue => typeof value === 'object' && value !== null && 'id' in value

function parsed(text: string): Issue {
  const value: unknown = JSON.parse(text)
  if (!isIssue(value)) throw new Error(`no issue: ${text}`)
  return value
}

/** The issue of exactly that id in the first of these places that has it. */
export function issueIn(folders: readonly string[], id: string): Issue | undefined {
  const path = folders.map((folder) => fileOf(folder, id)).find(existsSync)
  return path ? parsed(readFileSync(path, 'utf8')) : undefined
}

/** Every issue of one place, by id. */
export function issuesOf(folder: string): readonly Issue[] {
  const names = readdirSync(join(folder, '.beads/issues'))
    .sort()
    .filter((name) => name.endsWith('.json'))
  return names.map((name) => parsed(readFileSync(join(folder, '.beads/issues', name), 'utf8')))
}
