import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { HostileTown } from './hostile-town.js'

type Kind = HostileTown['kind']
type Row = Readonly<Record<string, unknown>>

const folders = { classic: 'gt-0.1.0-bd-0.41.0', current: 'gt-1.0.1-bd-1.0.2' } as const
const files = {
  classic: { agent: 'bd-list-agents-rig', mail: 'bd-inbox-deacon', work: 'bd-show-many', rig: 'bd-list-agents-rig' },
  current: { agent: 'bd-list-agents-town', mail: 'bd-list-mail', work: 'bd-list-hooked', rig: 'bd-list-rigs-docked' },
} as const

/** What the real programs of that time printed, as it was recorded. */
function recorded(kind: Kind, name: string): string {
  const path = fileURLToPath(new URL(`../../../fixtures/${folders[kind]}/${name}.json`, import.meta.url))
  const { stdout }: { stdout: string } = JSON.parse(readFileSync(path, 'utf8'))
  return stdout
}

const rowsOf = (kind: Kind, what: keyof (typeof files)['classic']): readonly Row[] =>
  JSON.parse(recorded(kind, files[kind][what]))

/** The versions that both programs gave. */
export const versionsOf = (kind: Kind) => ({
  'gt-version': recorded(kind, 'gt-version'),
  'bd-version': recorded(kind, 'bd-version'),
})

/** An agent's bead: a recorded row that says something else of somebody else. */
export function agentRow(kind: Kind, id: string, said: Readonly<Record<string, string>>, age = 60): Row {
  const [row] = rowsOf(kind, 'agent')
  const lines = Object.entries({ ...said, cleanup_status: 'null' }).map(([key, value]) => `${key}: ${value}`)
  return { ...row, id, title: id, description: [id, '', ...lines].join('\n'), updated_at: `@ago:${age}@` }
}

/** A mail to the deacon, sent a minute ago. */
export function mailRow(
  kind: Kind,
  id: string,
  said: { from: string; subject: string; body: string; age?: number },
): Row {
  const [row] = rowsOf(kind, 'mail')
  const labels: readonly string[] = Array.isArray(row?.['labels']) ? row['labels'].map(String) : []
  const sent = `@ago:${said.age ?? 60}@`
  return {
    ...row,
    id,
    title: said.subject,
    description: said.body,
    created_by: said.from,
    created_at: sent,
    updated_at: sent,
    labels: labels
      .filter((label) => label !== 'read')
      .map((label) => (label.startsWith('from:') ? `from:${said.from}` : label)),
  }
}

/** Work that was hooked an hour ago. */
export function workRow(kind: Kind, id: string, assignee: string, status = 'hooked'): Row {
  const row = rowsOf(kind, 'work').at(-1)
  return { ...row, id, assignee, status, updated_at: '@ago:3600@' }
}

/** The bead of a rig itself, which is at work. */
export const rigRow = (kind: Kind, id: string): Row => ({ ...rowsOf(kind, 'rig')[0], id, labels: ['gt:rig'] })
