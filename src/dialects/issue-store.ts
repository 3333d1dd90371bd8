import { join, resolve } from 'node:path'
import * as z from 'zod/mini'
import { type Known, mapKnown } from '../domain/known.js'
import { readJson, readText } from '../ports/files.js'
import { isFolder } from '../ports/folders.js'

/** The store that bd uses in a folder with a `.beads`: that one, or where the redirect in it leads (once). `leadsNowhere`: there is a
 *  redirect, and no folder where it leads. */
export function storeIn(folder: string): { readonly store: string; readonly leadsNowhere: boolean } {
  const store = join(folder, '.beads')
  const text = readText(join(store, 'redirect'))
  const lines = text.known ? (text.value ?? '').split('\n').map((line) => line.trim()) : []
  const target = lines.find((line) => line !== '' && !line.startsWith('#'))
  const there = target === undefined ? store : resolve(folder, target)
  return isFolder(there) ? { store: there, leadsNowhere: false } : { store, leadsNowhere: there !== store }
}

const doltSchema = z.object({ backend: z.literal('dolt') })

/** Whether a store is one of a Dolt server, whatever an older bd has left in it; cannot tell where its metadata cannot be read. */
export const namesDolt = (store: string): Known<boolean> =>
  mapKnown(readJson(join(store, 'metadata.json')), (metadata) => doltSchema.safeParse(metadata).success)

/** Whether it surely is. */
export function isDolt(store: string): boolean {
  const dolt = namesDolt(store)
  return dolt.known && dolt.value
}
