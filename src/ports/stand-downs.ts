import { dirname, join } from 'node:path'
import { type Known, mapKnown } from '../domain/known.js'
import { exists, makeFolder, makePrivateFolder, namesIn, readText, removeFile } from './files.js'
import { writeText } from './write-file.js'

/** The folder with a file for each town, rig or agent that a person told to stay down. */
const standDownFolder = (root: string): string => join(root, 'daemon/heartbeat/stand-down')

/** The file that keeps `town`, a rig or an agent down. */
const standDownFile = (root: string, whom: string): string => join(standDownFolder(root), whom.replaceAll('/', '%2F'))

/** Whether `town`, a rig or an agent itself was told to stay down. */
export const isStoodDown = (root: string, whom: string): boolean => exists(standDownFile(root, whom))

/** Who was told to stay down, by whom and when; both as the file has them, where it has them. */
export interface StoodDown {
  /** `town`, a rig or an address. */
  readonly whom: string
  readonly by: string | null
  /** RFC 3339, in UTC. */
  readonly since: string | null
}

/** Everybody who was told to stay down. */
export function allStoodDown(root: string): Known<readonly StoodDown[]> {
  return mapKnown(namesIn(standDownFolder(root)), (names) =>
    (names ?? []).map((name) => ({ whom: name.replaceAll('%2F', '/'), ...saidIn(root, name) })),
  )
}

function saidIn(root: string, name: string) {
  const text = readText(standDownFile(root, name))
  const said = /^by (.+) at (\d{4}-\S+Z)$/m.exec((text.known && text.value) || '')
  return { by: said?.[1] ?? null, since: said?.[2] ?? null }
}

/** Keeps somebody down from now on; who was down already stays so since then. Returns whether that is new. */
export function standDown(root: string, whom: string, said: { readonly by: string; readonly at: number }): boolean {
  const path = standDownFile(root, whom)
  if (exists(path)) return false
  makePrivateFolder(dirname(standDownFolder(root)))
  makeFolder(standDownFolder(root))
  writeText(path, `by ${said.by} at ${new Date(said.at).toISOString()}\n`, 0o644)
  return true
}

/** Takes the word back. */
export const standUp = (root: string, whom: string): void => removeFile(standDownFile(root, whom))
