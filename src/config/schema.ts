import * as z from 'zod/mini'
import { kinds } from '../dialects/index.js'
import {
  absolutePath,
  between,
  commandLine,
  inOneLine,
  isAbsolute,
  launchLine,
  minute,
  oneLine,
  second,
  size,
} from './values.js'

const launches = z.lazy(() =>
  z.strictObject({
    deacon: launchLine,
    mayor: launchLine,
    witness: launchLine,
    refinery: launchLine,
    crew: launchLine,
    polecat: launchLine,
  }),
)
const launch = z.lazy(() =>
  z
    .prefault(launches, {})
    .check(z.describe('The command line that starts an agent, by role; in a current town gt knows it')),
)

const noShell = 'must be "login", the absolute path of a shell, or false'
const shells = z.lazy(() =>
  z.union([z.literal('login'), z.literal(false), oneLine.check(z.refine(isAbsolute, noShell))], noShell),
)
const launchShell = z.lazy(() =>
  z
    .prefault(shells, 'login')
    .check(z.describe("Agents are started through the account's login shell, another shell, or none")),
)

const pairs = z.lazy(() =>
  z
    .array(z.tuple([z.nullable(second), minute], 'must be a pair: [idle for less than, look again in]'))
    .check(
      z.minLength(1, 'needs at least one pair'),
      z.refine(isAscending, 'idle times must ascend, and the last one must be null: any longer time'),
    ),
)
const steps = z.lazy(() =>
  z.pipe(
    pairs,
    z.transform((all) => all.map(([below, next]) => ({ below, next }))),
  ),
)
const intervals = z.lazy(() =>
  z
    .prefault(steps, [
      ['5m', '5m'],
      ['15m', '10m'],
      ['45m', '30m'],
      [null, '60m'],
    ])
    .check(
      z.describe('Pairs: idle for less than the first → look again in the second; the last pair begins with null'),
    ),
)

function isAscending(pairs: readonly (readonly [number | null, number])[]): boolean {
  const limits = pairs.map(([below]) => below ?? Number.POSITIVE_INFINITY)
  if (limits.length === 0) return true
  return (
    limits.at(-1) === Number.POSITIVE_INFINITY && limits.every((limit, i) => i === 0 || limit > (limits[i - 1] ?? 0))
  )
}

const backoffs = z.lazy(() =>
  z.strictObject({
    initial: z.prefault(second, '30s').check(z.describe('Wait before the second start of an agent; doubled each time')),
    max: z.prefault(second, '10m').check(z.describe('Longest of these waits')),
    holdAfter: between(1, 100, 5).check(z.describe('So many starts within the window hold an agent back')),
    window: z.prefault(second, '1h'),
    hold: z.prefault(second, '1h').check(z.describe('How long an agent is held back')),
    healthyAfter: z.prefault(second, '30m').check(z.describe('Alive for this long: its starts are forgotten')),
  }),
)
const backoff = z.lazy(() =>
  z.prefault(backoffs, {}).check(z.describe('How the starts of one agent that keeps dying are spread out')),
)

const kind = z.lazy(() =>
  z.enum(
    kinds.map(({ name }) => name),
    `must be ${kinds.map(({ name }) => JSON.stringify(name)).join(' or ')}`,
  ),
)

/** Made when there is a file to check: most towns have none, and this is a third of all schemas of a check. */
const whole = () =>
  z.strictObject({
    $schema: z.optional(z.string()).check(z.describe('For editors; not used')),
    maxStarts: between(1, 1000, 5).check(z.describe('Starts in one check')),
    launch,
    launchShell,
    agentNames: z
      .prefault(z.array(z.string().check(inOneLine(), z.minLength(1))), [])
      .check(z.describe('Further names of processes that are agents')),
    intervals,
    deadline: z.prefault(second, '20s').check(z.describe('For each question to gt, bd, git or tmux')),
    startDeadline: z.prefault(second, '60s').check(z.describe('For the start of one agent')),
    runDeadline: z.prefault(second, '90s').check(z.describe('For the whole check')),
    zombieGrace: z.prefault(second, '60s').check(z.describe('A session without an agent is left alone for this long')),
    staleAfter: z.prefault(second, '15m').check(z.describe('A bead not updated for this long is stale')),
    staleConfirm: z.prefault(second, '60s').check(z.describe('Time between the two checks that mark an agent dead')),
    guppAfter: z.prefault(second, '30m').check(z.describe('Hooked work without progress for this long is a violation')),
    spawnGrace: z.prefault(second, '5m').check(z.describe('A spawning polecat is left alone for this long')),
    exitingGrace: z
      .prefault(second, '10m')
      .check(z.describe('A polecat whose gt done failed is restarted after this time if nothing has happened to it')),
    requestMaxAge: z.prefault(second, '6h').check(z.describe('Older lifecycle requests are not carried out')),
    attachedGrace: z
      .prefault(second, '2m')
      .check(
        z.describe("An agent's own request waits for a person who is attached until no key was pressed for this long"),
      ),
    noticeRepeat: z.prefault(second, '6h').check(z.describe('The same notice again only after this time')),
    attentionAfter: z
      .prefault(second, '30m')
      .check(z.describe('An agent that should run and has not for this long is reported by mail')),
    backoff,
    worktree: z.prefault(z.boolean(), true).check(z.describe('Bring worktrees up to date before a start')),
    theme: z
      .prefault(z.boolean(), true)
      .check(
        z.describe('Colours, status bar and keys in the sessions that are made; in a current town gt sees to them'),
      ),
    onFailure: z
      .optional(commandLine)
      .check(
        z.describe(
          'Run when a check by hand becomes critical (2) or unknown (3), or the third of scheduled ones in a row has failed',
        ),
      ),
    metrics: z.optional(absolutePath).check(z.describe('A file of metrics, written after each check')),
    logSize: z.prefault(size, '10MB').check(z.describe('Bound for daemon/daemon.log')),
    historySize: z.prefault(size, '10MB').check(z.describe('Bound for daemon/heartbeat/history.jsonl')),
    dialect: z.optional(kind).check(z.describe('Which kind of town it is, in place of finding out')),
    trustBeads: z
      .prefault(z.boolean(), false)
      .check(z.describe('In a classic town a bead that says running outweighs an absent session')),
    tmuxSocket: z.optional(
      absolutePath.check(z.refine((path) => Buffer.byteLength(path) < 104, 'is too long for a socket')),
    ),
  })

/** The configuration file as people write it; out comes what the program uses. Published as `docs/schema/config.schema.json`. */
export const configSchema = z.lazy(whole)

export type Config = z.output<typeof configSchema>

/** The keys that a configuration file may have at its top level. */
export const configKeys = (): readonly string[] => Object.keys(whole().shape)
