import { dirname, join, resolve } from 'node:path'
import * as z from 'zod'
import { namesIn, readJson, readText } from '../ports/files.js'
import { isFolder } from '../ports/folders.js'
import { realPath } from '../ports/places.js'

/** The store that bd uses in a folder: its `.beads`, or where the redirect in it leads (once), when a database is there. */
export function storeOf(folder: string): string | undefined {
  const own = join(folder, '.beads')
  const store = redirected(own)
  return holdsDatabase(store) ? store : undefined
}

function redirected(store: string): string {
  const text = readText(join(store, 'redirect'))
  const lines = text.known ? (text.value ?? '').split('\n').map((line) => line.trim()) : []
  const target = lines.find((line) => line !== '' && !line.startsWith('#'))
  const there = target === undefined ? store : resolve(dirname(store), target)
  return isFolder(there) ? there : store
}

const metadataSchema = z.object({ database: z.string().min(1) })

/** As bd looks for it: the file that metadata.json names, any `.db` that is no backup, or issues as lines where bd is told to use those. */
function holdsDatabase(store: string): boolean {
  const names = namesIn(store)
  if (!names.known || names.value === null) return false
  if (names.value.some((name) => name.endsWith('.db') && !name.includes('.backup') && name !== 'vc.db')) return true
  const metadata = readJson(join(store, 'metadata.json'))
  const named = metadata.known ? metadataSchema.safeParse(metadata.value).data?.database : undefined
  if (named !== undefined && realPath(resolve(store, named)) !== undefined) return true
  return names.value.includes('issues.jsonl') && usesLines(store)
}

function usesLines(store: string): boolean {
  const config = readText(join(store, 'config.yaml'))
  return config.known && /^no-db:\s*true\s*(#.*)?$/m.test(config.value ?? '')
}
