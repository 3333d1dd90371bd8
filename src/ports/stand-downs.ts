import { join } from 'node:path'
import { type Known, mapKnown } from '../domain/known.js'
import { exists, namesIn, readText, removeFile } from './files.js'

/** The folder with a file for each town, rig or agent that a person told to stay down. */
export const standDownFolder = (root: string): string => join(root, 'daemon/heartbeat/stand-down')

/** The file that keeps `town`, a rig or an agent down. */
export const standDownFile = (root: string, whom: string): string =>
  join(standDownFolder(root), whom.replaceAll('/', '%2F'))

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

/** Takes the word back. */
export const standUp = (root: string, whom: string): void => removeFile(standDownFile(root, whom))
