import { join } from 'node:path'
import * as z from 'zod/mini'
import { cannotTell, type Known, known } from '../domain/known.js'
import { readJson } from '../ports/files.js'

/** What git allows in the name of a branch, as far as it could mean something else to git. */
const branchName = /^[^\s*?[\\^~:-][^\s*?[\\^~:]*$/
const rigSchema = z.lazy(() => z.object({ default_branch: z.nullish(z.string()) }))

/** The default branch of a rig's repository, as gt noted it when the rig was added; undefined: it did not. */
export function defaultBranchOf(root: string, rig: string): Known<string | undefined> {
  const path = join(root, rig, 'config.json')
  const file = readJson(path)
  if (!file.known) return file
  const config = rigSchema.safeParse(file.value ?? {})
  const name = config.success ? config.data.default_branch : undefined
  if (config.success && (name ?? '') === '') return known(undefined)
  return branchName.test(name ?? '') ? known(name ?? undefined) : cannotTell(`${path} names no default branch`)
}
