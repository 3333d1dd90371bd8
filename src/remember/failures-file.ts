import { dirname } from 'node:path'
import * as z from 'zod/mini'
import { makePrivateFolder } from '../ports/files.js'
import { writeText } from '../ports/write-file.js'
import { readOwn } from './own-json.js'

const time = z.int().check(z.nonnegative())

const schema = z.looseObject({
  schema: z.literal(1),
  /** The newest failed check of the history when failures were last reported. */
  newest: z.nullable(z.string()),
  /** Failures of which the history knows nothing. */
  broken: z.array(z.looseObject({ at: time, exitCode: z.nullable(z.int()) })),
  /** What was told, when, and which ways it has gone. */
  told: z.record(z.string(), z.looseObject({ at: time, ways: z.array(z.string()) })),
})

/** What `report-failure` remembers: `daemon/heartbeat/failures.json`. Times in epoch ms. */
export type Failures = z.output<typeof schema>

const nothing: Failures = { schema: 1, newest: null, broken: [], told: {} }

/** Reads it; a missing one, and a broken one (copied aside at `asideAt`, epoch ms), are a beginning. */
export function readFailures(path: string, asideAt: number | undefined) {
  const { value, findings, blindSpots } = readOwn({ path, schema, asideAt })
  const complaints = [...findings.map(({ because }) => because), ...blindSpots.map(({ why }) => why)]
  return { failures: value ?? nothing, complaints }
}

/** Writes it whole. Returns why it could not be written, if it could not. */
export function writeFailures(path: string, failures: Failures): string | undefined {
  try {
    makePrivateFolder(dirname(path))
    writeText(path, `${JSON.stringify(failures, undefined, 2)}\n`)
    return undefined
  } catch (error) {
    return `${path} cannot be written: ${error instanceof Error ? error.message : error}`
  }
}
