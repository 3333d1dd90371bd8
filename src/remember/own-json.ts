import type * as z from 'zod/mini'
import { isTooDeep } from '../domain/depth.js'
import type { BlindSpot, Finding } from '../domain/snapshot.js'
import { copyAside, readJson, readText } from '../ports/files.js'

/** What a file of ours holds, and what is wrong with it. */
export interface OwnFile<T> {
  /** Undefined: it is missing, or broken. */
  readonly value: T | undefined
  /** It was broken: a copy lies aside, and it may be written over. */
  readonly findings: readonly Finding[]
  /** It cannot be read at all, and is not to be written. */
  readonly blindSpots: readonly BlindSpot[]
}

interface OwnPath<T> {
  readonly path: string
  readonly schema: z.ZodMiniType<T>
  /** Epoch ms; undefined: nothing may be written, so nothing is put aside. */
  readonly asideAt: number | undefined
}

/** Reads a JSON file that checks write; a broken one is copied aside under a name of its own and said, never taken for an empty one in silence. */
export function readOwn<T>({ path, schema, asideAt }: OwnPath<T>): OwnFile<T> {
  const text = readText(path)
  const nothing = { value: undefined, findings: [], blindSpots: [] }
  if (!text.known) return { ...nothing, blindSpots: [{ what: path, why: text.why }] }
  if (text.value === null) return nothing
  const json = readJson(path)
  const parsed = json.known && !isTooDeep(json.value) ? schema.safeParse(json.value) : undefined
  if (parsed?.success) return { ...nothing, value: parsed.data }
  const why = json.known ? `${path} is not as a check writes it` : json.why
  return {
    ...nothing,
    findings: [broken(path, asideAt === undefined ? why : `${why}; copied to ${copyAside(path, asideAt)}`)],
  }
}

const broken = (path: string, because: string): Finding => ({
  rule: 'files',
  agent: undefined,
  verdict: 'broken',
  because,
  evidence: { file: path },
  wantsPerson: true,
})
