import * as z from 'zod'
import { deferredSchema, waitingSchema } from './history-schema.js'
import { starterSchema } from './starter-schema.js'

const time = z.iso.datetime().describe('RFC 3339, in UTC')

const lastCheck = z.looseObject({
  at: time,
  ageSeconds: z.int().nonnegative(),
  verdict: z.enum(['ok', 'warning', 'critical', 'unknown']).nullable().describe('null: its line of history is gone'),
  exitCode: z.int().nullable(),
  gate: z.string().nullable().describe('why the gate was closed, if it was'),
  trigger: z.string().nullable().describe('who started it: timer, launchd, cron or manual'),
})

const nextCheck = z.looseObject({
  at: time,
  inSeconds: z.int().describe('negative: it is overdue'),
  reason: z.string().nullable(),
})

const backoff = z.looseObject({
  tier: z.int().positive().describe('the row of the table of intervals, from 1'),
  of: z.int().positive(),
  idleSeconds: z.number().nullable(),
})

const agent = z.looseObject({
  agent: z.string(),
  state: z.enum(['alive', 'absent', 'unknown', 'changing', 'stood-down']),
  since: time.nullable(),
  starts: z.int().nonnegative().describe('starts since it was last well'),
})

/** The JSON document of `gt-heartbeat status`. Published as `docs/schema/status.schema.json`; within one `schema` number fields are only ever added. */
export const statusSchema = z.looseObject({
  schema: z.literal(1),
  town: z.looseObject({ root: z.string(), dialect: z.string().nullable(), socket: z.string().nullable() }),
  at: time,
  lastCheck: lastCheck.nullable().describe('the last heartbeat; null: there never was one'),
  overdue: z.boolean().describe('no heartbeat for more than two intervals, or never'),
  nextCheck: nextCheck.nullable().describe('null: one is due now'),
  startedBy: z.array(starterSchema).describe('who starts the next check; empty: nothing was installed for this town'),
  backoff: backoff.nullable(),
  stoodDown: z.array(z.looseObject({ whom: z.string(), by: z.string().nullable(), since: z.string().nullable() })),
  emergencyStops: z.array(z.string()).describe('files that stop the town or a rig'),
  agents: z.array(agent),
  waiting: z.array(waitingSchema).describe('what the last heartbeat found held back, and why'),
  deferred: z.array(deferredSchema).describe('what the last heartbeat put off for the next one'),
  blindSpots: z.array(z.looseObject({ what: z.string(), why: z.string() })),
  complaints: z.array(z.string()).describe('what is wrong with the configuration or cannot be read'),
  exitCode: z.literal([0, 1]),
})

export type Status = z.output<typeof statusSchema>
