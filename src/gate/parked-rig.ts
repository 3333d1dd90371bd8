import { join } from 'node:path'
import * as z from 'zod'
import { readJson } from '../ports/files.js'

const rigSettings = z.looseObject({ values: z.looseObject({ status: z.unknown().optional() }).optional() }).nullable()

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
