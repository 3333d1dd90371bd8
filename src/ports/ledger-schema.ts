import * as z from 'zod/mini'
import { issueId } from '../domain/issue-id.js'

/** The last moment of the year 9999: what lies beyond no calendar tells, nor any report. */
const lastMoment = 253_402_300_799_999
const at = z.number().check(z.nonnegative(), z.maximum(lastMoment))

/** They come to stand on command lines. */
const id = z.string().check(z.regex(issueId, 'no issue id'))
const recipient = z.string().check(z.regex(/^[A-Za-z0-9][\w/-]*$/, 'nobody gets mail under that name'))

// What a quiet town has none of is lazy: a check makes no schema for it.
const identity = z.lazy(() => z.looseObject({ serverPid: z.number(), sessionId: z.string(), paneStart: z.string() }))

const start = z.lazy(() =>
  z.looseObject({
    at,
    by: z.enum(['inference', 'request']),
    outcome: z.enum(['begun', 'started', 'failed', 'duplicate']),
    identity: z.exactOptional(identity),
    error: z.exactOptional(z.string()),
    forgiven: z.exactOptional(z.boolean()),
  }),
)

const attention = z.lazy(() =>
  z.looseObject({ condition: z.enum(['down', 'blocked', 'unknown', 'starting']), since: at }),
)

// There may be thousands: what is missing where it must not be undefined is parsed all the same, and takes as long again as the rest.
const agent = z.looseObject({
  starts: z.array(start),
  aliveSince: z.optional(at),
  absentSince: z.optional(at),
  unknownSince: z.optional(at),
  emptySince: z.optional(at),
  standDown: z.optional(z.looseObject({ since: at, hook: z.nullable(z.string()) })),
  process: z.optional(z.string()),
  plainShell: z.optional(z.boolean()),
  attention: z.optional(attention),
})

const claim = z.lazy(() =>
  z.looseObject({
    address: z.string(),
    verb: z.enum(['cycle', 'restart', 'shutdown']),
    session: z.union([z.literal('absent'), identity]),
    state: z.enum(['claimed', 'killed', 'done', 'failed']),
    sentAt: z.exactOptional(at),
    claimedAt: at,
    changedAt: at,
    mailOpen: z.boolean(),
    supersedes: z.exactOptional(z.array(id)),
    error: z.exactOptional(z.string()),
  }),
)

const notice = z.lazy(() =>
  z.looseObject({
    state: z.enum(['sending', 'sent']),
    at,
    to: recipient,
    subject: z.string(),
  }),
)

const child = z.lazy(() =>
  z.looseObject({ pid: z.number(), startTime: z.string(), program: z.string(), address: z.string() }),
)

const server = z.lazy(() => z.looseObject({ pid: z.number(), startTime: z.string(), socket: z.string() }))

const pass = z.lazy(() => z.looseObject({ startedAt: at, endedAt: at }))

const check = z.looseObject({ startedAt: at, endedAt: at, intervalSeconds: z.number() })

/** The ledger as it stands on disk. Loose at every level: what a later version wrote there is kept. */
export const ledgerSchema = z.looseObject({
  schema: z.literal(1),
  agents: z.record(z.string(), agent),
  notices: z.record(z.string(), notice),
  claims: z.record(id, claim),
  typing: z.record(z.string(), at),
  typed: z.exactOptional(z.record(z.string(), at)),
  children: z.array(child),
  server: z.exactOptional(server),
  conditions: z.record(z.string(), at),
  activityAt: z.exactOptional(at),
  lastCheck: z.exactOptional(check),
  lastComplete: z.exactOptional(check),
  lastPass: z.exactOptional(pass),
  lostAt: z.exactOptional(at),
})
