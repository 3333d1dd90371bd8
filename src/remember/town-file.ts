import { join } from 'node:path'
import * as z from 'zod'
import { programStamp } from '../ports/program-path.js'
import { writeText } from '../ports/write-file.js'
import type { Town } from '../town.js'
import { type OwnFile, readOwn } from './own-json.js'

const townFile = (root: string): string => join(root, 'daemon/heartbeat/town.json')

const stamp = z.looseObject({ path: z.string(), size: z.number(), mtimeMs: z.number() })
const townSchema = z.looseObject({
  socket: z.string().optional(),
  dialect: z.string().optional(),
  decidedFrom: z.array(z.string()).optional(),
  signs: z.array(z.string()).optional(),
  gt: stamp.optional(),
  bd: stamp.optional(),
})

export type TownFile = z.output<typeof townSchema>

/** What earlier checks wrote down about how to reach this town; `asideAt` as for every file of ours. */
export const readTownFile = (root: string, asideAt?: number): OwnFile<TownFile> =>
  readOwn({ path: townFile(root), schema: townSchema, asideAt })

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
    gt: programStamp('gt', town.env),
    bd: programStamp('bd', town.env),
  }
  const text = `${JSON.stringify(after, undefined, 2)}\n`
  if (text !== `${JSON.stringify(before, undefined, 2)}\n`) writeText(path, text)
}
