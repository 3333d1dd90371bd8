import { join } from 'node:path'
import * as z from 'zod/mini'
import { readJson } from '../ports/files.js'

const rigSettings = z.nullable(
  z.lazy(() => z.looseObject({ values: z.optional(z.looseObject({ status: z.optional(z.unknown()) })) })),
)

/** Why nothing is started in a rig that gt parked or docked, or of which nobody can tell. */
export function parkedRig(root: string, rig: string): string | undefined {
  const path = join(root, '.beads-wisp/config', `${rig}.json`)
  const found = readJson(path)
  if (!found.known) return found.why
  const settings = rigSettings.safeParse(found.value)
  if (!settings.success) return `${path} is not as gt writes it`
  const status = settings.data?.values?.status
  return status === 'parked' || status === 'docked' ? `${rig} is ${status}` : undefined
}
