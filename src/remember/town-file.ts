import { join } from 'node:path'
import * as z from 'zod/mini'
import { type OwnFile, readOwn } from './own-json.js'

/** Where it is written down how a town is reached. */
export const townFile = (root: string): string => join(root, 'daemon/heartbeat/town.json')

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
