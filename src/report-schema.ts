import * as z from 'zod/mini'
import { kinds } from './dialects/index.js'
import { agentStates } from './domain/snapshot.js'

const time = z.iso.datetime().check(z.describe('RFC 3339, in UTC'))
const count = z.int().check(z.nonnegative())
const agent = z
  .nullable(z.string())
  .check(
    z.describe(
      'deacon, mayor, <rig>/witness, <rig>/refinery, <rig>/crew/<name>, <rig>/polecats/<name>; null: the town',
    ),
  )

const run = z.looseObject({
  id: z.string(),
  version: z.string(),
  startedAt: time,
  durationMs: count,
  mode: z.enum(['heartbeat', 'lifecycle']),
  dryRun: z.boolean(),
  trigger: z.enum(['timer', 'launchd', 'cron', 'manual']),
})

const town = z.looseObject({
  root: z.nullable(z.string()).check(z.describe('null: no town was found')),
  dialect: z.nullable(z.enum(kinds.map(({ name }) => name))),
  socket: z.nullable(z.string()).check(z.describe("path of the tmux server's socket")),
})

const reasons = [
  'not-due',
  'busy',
  'unavailable',
  'config',
  'resident-daemon',
  'shutdown',
  'estop',
  'stood-down',
  'other-socket',
  'dialect',
] as const

const gate = z.looseObject({
  open: z.boolean(),
  reason: z.nullable(z.enum(reasons)),
  because: z.nullable(z.string()).check(z.describe('the reason as a line for people')),
})

const seen = z.looseObject({
  rigs: count,
  agents: count,
  polecats: count,
  sessions: count,
  mail: count,
  pendingSpawns: count,
})

const finding = z.looseObject({
  rule: z.string(),
  agent,
  verdict: z.string(),
  state: z.optional(z.enum(agentStates)).check(z.describe('how an agent that should run is doing')),
  because: z.string(),
  evidence: z.record(z.string(), z.unknown()),
  wantsPerson: z.boolean(),
  until: z.optional(time).check(z.describe('when it will be tried again')),
})

const action = z.looseObject({
  rule: z.string(),
  kind: z.string(),
  agent,
  because: z.string(),
  outcome: z.enum(['done', 'failed', 'deferred', 'would']),
  error: z.optional(z.string()),
  deferred: z.optional(z.string()).check(z.describe('why it is not done now')),
})

const next = z.looseObject({
  idleSeconds: z.nullable(z.number().check(z.nonnegative())),
  intervalSeconds: count,
  at: time,
  reason: z.string(),
})

/** The JSON document of a check. Published as `docs/schema/report.schema.json`; within one `schema` number fields are only ever added. */
export const reportSchema = z.looseObject({
  schema: z.literal(1),
  run,
  town,
  gate,
  seen,
  blindSpots: z.array(z.looseObject({ what: z.string(), why: z.string() })),
  findings: z.array(finding),
  actions: z.array(action),
  next,
  children: z.array(z.looseObject({ program: z.string(), calls: count, ms: z.number().check(z.nonnegative()) })),
  verdict: z.enum(['ok', 'warning', 'critical', 'unknown']),
  exitCode: z.literal([0, 1, 2, 3, 69, 75, 78]),
})

export type Report = z.output<typeof reportSchema>
