import { dirname, join, resolve } from 'node:path'
import * as z from 'zod/mini'
import { namesIn, readJson, readText } from '../ports/files.js'
import { isFolder } from '../ports/folders.js'

/** The store that bd uses in a folder: its `.beads`, or where the redirect in it leads (once), when `holds` finds a database there. */
export function storeOf(folder: string, holds: (store: string) => boolean): string | undefined {
  const store = redirected(join(folder, '.beads'))
  return holds(store) ? store : undefined
}

function redirected(store: string): string {
  const text = readText(join(store, 'redirect'))
  const lines = text.known ? (text.value ?? '').split('\n').map((line) => line.trim()) : []
  const target = lines.find((line) => line !== '' && !line.startsWith('#'))
  const there = target === undefined ? store : resolve(dirname(store), target)
  return isFolder(there) ? there : store
}

/** Names in a store; none where it cannot be listed. */
export function filesIn(store: string): readonly string[] {
  const names = namesIn(store)
  return names.known ? (names.value ?? []) : []
}

const doltSchema = z.object({ backend: z.literal('dolt') })

/** Whether a store is one of a Dolt server, whatever an older bd has left in it. */
export function isDolt(store: string): boolean {
  const metadata = readJson(join(store, 'metadata.json'))
  return metadata.known && doltSchema.safeParse(metadata.value).success
}
