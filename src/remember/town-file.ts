import { join } from 'node:path'
import * as z from 'zod/mini'
import { programStamp } from '../ports/program-path.js'
import { writeText } from '../ports/write-file.js'
import type { Town } from '../town.js'
import { type OwnFile, readOwn } from './own-json.js'

const townFile = (root: string): string => join(root, 'daemon/heartbeat/town.json')

const stamp = z.looseObject({ path: z.string(), size: z.number(), mtimeMs: z.number() })
const townSchema = z.looseObject({
  socket: z.optional(z.string()),
  dialect: z.optional(z.string()),
  decidedFrom: z.optional(z.array(z.string())),
  signs: z.optional(z.array(z.string())),
  gt: z.optional(stamp),
  bd: z.optional(stamp),
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
