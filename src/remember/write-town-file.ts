import { writeText } from '../ports/write-file.js'
import type { Town } from '../town.js'
import { type TownFile, townFile } from './town-file.js'

/** Writes down how this town is reached, when that changed; `seenOn`: the socket on which its sessions were seen, if they were. */
export function writeTownFile(town: Town, before: TownFile | undefined, seenOn: string | undefined): void {
  const path = townFile(town.root)
  const after = {
    ...before,
    schema: 1,
    socket: seenOn ?? before?.socket,
    dialect: town.dialect.name,
    decidedFrom: town.decided.from,
    signs: town.decided.signs,
    gt: town.decided.programs?.gt,
    bd: town.decided.programs?.bd,
  }
  const text = `${JSON.stringify(after, undefined, 2)}\n`
  if (text !== `${JSON.stringify(before, undefined, 2)}\n`) writeText(path, text)
}
