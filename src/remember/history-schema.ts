import * as z from 'zod/mini'
import { agentStates } from '../domain/snapshot.js'

const time = z.iso.datetime()
const agent = z.nullable(z.string())

/** A deed of a check, as history.jsonl has it. */
const deedSchema = z.looseObject({
  type: z.literal('deed'),
  run: z.string(),
  at: time,
  rule: z.string(),
  kind: z.string(),
  agent,
  because: z.string(),
  outcome: z.enum(['done', 'failed', 'would']),
  error: z.optional(z.string()),
})

const state = z.optional(z.enum(agentStates)).check(z.describe('how an agent that should run is doing'))

/** Something that began to be so in a check. */
const begunSchema = z.looseObject({
  type: z.literal('finding'),
  run: z.string(),
  at: time,
  rule: z.string(),
  agent,
  verdict: z.string(),
  state,
  because: z.string(),
})

/** What waits for its next try or for a person. */
export const waitingSchema = z.looseObject({
  agent,
  verdict: z.string(),
  state,
  because: z.string(),
  until: z.optional(time),
})

/** What a check put off for the next one. */
export const deferredSchema = z.looseObject({ kind: z.string(), agent, because: z.string() })

/** A check, as history.jsonl has it. */
const checkSchema = z.looseObject({
  type: z.literal('check'),
  run: z.string(),
  at: time,
  mode: z.enum(['heartbeat', 'lifecycle']),
  trigger: z.optional(z.string()).check(z.describe('timer, launchd, cron or manual')),
  durationMs: z.number(),
  gate: z.nullable(z.looseObject({ reason: z.string(), because: z.string() })),
  verdict: z.enum(['ok', 'warning', 'critical', 'unknown']),
  exitCode: z.int(),
  done: z.int(),
  failed: z.int(),
  blindSpots: z.array(z.looseObject({ what: z.string(), why: z.string() })),
  waiting: z.array(waitingSchema),
  deferred: z
    .optional(z.array(deferredSchema))
    .check(z.describe('what was put off; lines of older versions have none')),
  next: z.looseObject({
    idleSeconds: z.nullable(z.number()),
    intervalSeconds: z.number(),
    at: time,
    reason: z.string(),
  }),
})

/** Any line of history.jsonl. */
export const entrySchema = z.discriminatedUnion('type', [checkSchema, deedSchema, begunSchema])

export type CheckEntry = z.output<typeof checkSchema>
export type DeedEntry = z.output<typeof deedSchema>
export type BegunEntry = z.output<typeof begunSchema>

/** The JSON document of `gt-heartbeat history`. Published as `docs/schema/history.schema.json`; within one `schema` number fields are only ever added. */
export const historySchema = z.looseObject({
  schema: z.literal(1),
  town: z.looseObject({ root: z.string() }),
  checks: z
    .array(z.looseObject({ check: checkSchema, deeds: z.array(deedSchema), began: z.array(begunSchema) }))
    .check(z.describe('oldest first')),
  unreadable: z.int().check(z.nonnegative()).check(z.describe('lines of the history that are not understood')),
  complaint: z.nullable(z.string()),
})
