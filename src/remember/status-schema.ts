import * as z from 'zod/mini'
import { deferredSchema, waitingSchema } from './history-schema.js'
import { starterSchema } from './starter-schema.js'

const time = z.iso.datetime().check(z.describe('RFC 3339, in UTC'))

const lastCheck = z.looseObject({
  at: time,
  ageSeconds: z.int().check(z.nonnegative()),
  verdict: z
    .nullable(z.enum(['ok', 'warning', 'critical', 'unknown']))
    .check(z.describe('null: its line of history is gone')),
  exitCode: z.nullable(z.int()),
  gate: z.nullable(z.string()).check(z.describe('why the gate was closed, if it was')),
  trigger: z.nullable(z.string()).check(z.describe('who started it: timer, launchd, cron or manual')),
})

const lastComplete = z.looseObject({ at: time, ageSeconds: z.int().check(z.nonnegative()) })

const nextCheck = z.looseObject({
  at: time,
  inSeconds: z.int().check(z.describe('negative: it is overdue')),
  reason: z.nullable(z.string()),
})

const backoff = z.looseObject({
  tier: z.int().check(z.positive()).check(z.describe('the row of the table of intervals, from 1')),
  of: z.int().check(z.positive()),
  idleSeconds: z.nullable(z.number()),
})

const agent = z.looseObject({
  agent: z.string(),
  state: z.enum(['alive', 'absent', 'unknown', 'changing', 'stood-down', 'starting', 'down', 'blocked']),
  since: z.nullable(time),
  starts: z.int().check(z.nonnegative()).check(z.describe('starts since it was last well')),
  failedStarts: z.int().check(z.nonnegative()).check(z.describe('how many of them failed')),
})

const failed = z.looseObject({
  kind: z.string(),
  agent: z.nullable(z.string()),
  error: z.string(),
  retryAt: z.nullable(time).check(z.describe('when an agent is started again; null: by the next check')),
})

/** The JSON document of `gt-heartbeat status`. Published as `docs/schema/status.schema.json`; within one `schema` number fields are only ever added. */
export const statusSchema = z.looseObject({
  schema: z.literal(1),
  town: z.looseObject({ root: z.string(), dialect: z.nullable(z.string()), socket: z.nullable(z.string()) }),
  at: time,
  lastCheck: z.nullable(lastCheck).check(z.describe('the last heartbeat; null: there never was one')),
  lastComplete: z
    .nullable(lastComplete)
    .check(z.describe('the last check that observed the town and was allowed to act; null: there never was one')),
  overdue: z.boolean().check(z.describe('no heartbeat for more than two intervals, or never')),
  nextCheck: z.nullable(nextCheck).check(z.describe('null: one is due now')),
  startedBy: z
    .array(starterSchema)
    .check(z.describe('who starts the next check; empty: nothing was found for this town')),
  startedByUnknown: z.nullable(z.string()).check(z.describe('why it is unknown whether anything starts checks')),
  backoff: z.nullable(backoff),
  stoodDown: z.array(z.looseObject({ whom: z.string(), by: z.nullable(z.string()), since: z.nullable(z.string()) })),
  emergencyStops: z.array(z.string()).check(z.describe('files that stop the town or a rig')),
  agents: z.array(agent),
  failed: z.array(failed).check(z.describe('what the last heartbeat tried and failed to do, and why')),
  waiting: z.array(waitingSchema).check(z.describe('what the last heartbeat found held back, and why')),
  deferred: z.array(deferredSchema).check(z.describe('what the last heartbeat put off for the next one')),
  blindSpots: z.array(z.looseObject({ what: z.string(), why: z.string() })),
  complaints: z.array(z.string()).check(z.describe('what is wrong with the configuration or cannot be read')),
  exitCode: z.literal([0, 1]),
})

export type Status = z.output<typeof statusSchema>
