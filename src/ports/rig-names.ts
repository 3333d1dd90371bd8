import { join } from 'node:path'
import * as z from 'zod'
import { cannotTell, type Known, known } from '../domain/known.js'
import { readJson } from './files.js'

const rigsSchema = z.looseObject({ rigs: z.record(z.string(), z.unknown()) })

/** The rigs that `mayor/rigs.json` names. */
export function rigNames(root: string): Known<readonly string[]> {
  const path = join(root, 'mayor/rigs.json')
  const found = readJson(path)
  if (!found.known) return found
  const rigs = rigsSchema.safeParse(found.value)
  return rigs.success ? known(Object.keys(rigs.data.rigs)) : cannotTell(`${path} names no rigs`)
}
