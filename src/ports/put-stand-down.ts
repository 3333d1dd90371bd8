import { dirname } from 'node:path'
import { exists, makeFolder, makePrivateFolder } from './files.js'
import { standDownFile, standDownFolder } from './stand-downs.js'
import { writeText } from './write-file.js'

/** Keeps somebody down from now on; who was down already stays so since then. Returns whether that is new. */
export function standDown(root: string, whom: string, said: { readonly by: string; readonly at: number }): boolean {
  const path = standDownFile(root, whom)
  if (exists(path)) return false
  makePrivateFolder(dirname(standDownFolder(root)))
  makeFolder(standDownFolder(root))
  writeText(path, `by ${said.by} at ${new Date(said.at).toISOString()}\n`, 0o644)
  return true
}
