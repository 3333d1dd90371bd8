import * as z from 'zod'
import { kinds } from '../dialects/index.js'
import { formatDuration, parseDuration } from '../domain/duration.js'
import { splitWords, type Words } from '../words.js'

const CONTROL = /\p{Cc}/u
const KB = 1000
const SIZES: Readonly<Record<string, number>> = { KB, MB: KB * KB, GB: KB * KB * KB }

const twoLines = 'has a line break or another control character in it'
const oneLine = z.string().refine((text) => !CONTROL.test(text), twoLines)

/** A time of at least `least` milliseconds; out come milliseconds. */
function duration(least: number) {
  return z
    .string('write a time such as "90s", "5m" or "1h30m"')
    .regex(/^(?=.)(\d{1,6}h)?(\d{1,6}m)?(\d{1,6}s)?$/, 'is no time such as 90s, 5m or 1h30m')
    .transform((text) => parseDuration(text) ?? 0)
    .refine((time) => time >= least, `is less than ${formatDuration(least)}`)
}

const second = duration(1000)
const minute = duration(60_000)

const size = z
  .string('write a size such as "10MB"')
  .regex(/^\d{1,6}(KB|MB|GB)$/, 'is no size such as 500KB or 10MB')
  .transform((text) => Number.parseInt(text, 10) * (SIZES[text.slice(-2)] ?? 1))
  .refine((bytes) => bytes > 0, 'is nothing')

/** A shell-like line that names a program. */
const commandLine = z.string().superRefine((line, ctx) => {
  const message = CONTROL.test(line) ? twoLines : complaintOf(splitWords(line))
  if (message !== undefined) ctx.addIssue({ code: 'custom', message })
})

/** The same for the start of an agent; out come its words. */
const launchLine = commandLine
  .transform((line): readonly string[] => wordsOf(splitWords(line)))
  .prefault('claude --dangerously-skip-permissions')

const wordsOf = (split: Words): readonly string[] => ('words' in split ? split.words : [])

function complaintOf(split: Words): string | undefined {
  if ('complaint' in split) return `has ${split.complaint}`
  const [program] = split.words
  if (program === undefined || program === '') return 'is empty: it must name a program'
  if (program.startsWith('-')) return 'begins with an option: it must begin with a program'
  if (program.includes('=')) return `begins with an assignment: write env ${program} …`
  return undefined
}

const isAbsolute = (path: string): boolean => path.startsWith('/')
const absolutePath = oneLine.refine(isAbsolute, 'must be an absolute path')

const launch = z
  .strictObject({
    deacon: launchLine,
    mayor: launchLine,
    witness: launchLine,
    refinery: launchLine,
    crew: launchLine,
    polecat: launchLine,
  })
  .prefault({})
  .describe('The command line that starts an agent, by role; in a current town gt knows it')

const noShell = 'must be "login", the absolute path of a shell, or false'
const launchShell = z
  .union([z.literal('login'), z.literal(false), oneLine.refine(isAbsolute, noShell)], noShell)
  .prefault('login')
  .describe("Agents are started through the account's login shell, another shell, or none")

const intervals = z
  .array(z.tuple([second.nullable(), minute], 'must be a pair: [idle for less than, look again in]'))
  .min(1, 'needs at least one pair')
  .refine(isAscending, 'idle times must ascend, and the last one must be null: any longer time')
  .transform((pairs) => pairs.map(([below, next]) => ({ below, next })))
  .prefault([
    ['5m', '5m'],
    ['15m', '10m'],
    ['45m', '30m'],
    [null, '60m'],
  ])
  .describe('Pairs: idle for less than the first → look again in the second; the last pair begins with null')

function isAscending(pairs: readonly (readonly [number | null, number])[]): boolean {
  const limits = pairs.map(([below]) => below ?? Number.POSITIVE_INFINITY)
  if (limits.length === 0) return true
  return (
    limits.at(-1) === Number.POSITIVE_INFINITY && limits.every((limit, i) => i === 0 || limit > (limits[i - 1] ?? 0))
  )
}

const backoff = z
  .strictObject({
    initial: second.prefault('30s').describe('Wait before the second start of an agent; doubled each time'),
    max: second.prefault('10m').describe('Longest of these waits'),
    holdAfter: z.int().min(1).max(100).prefault(5).describe('So many starts within the window hold an agent back'),
    window: second.prefault('1h'),
    hold: second.prefault('1h').describe('How long an agent is held back'),
    healthyAfter: second.prefault('30m').describe('Alive for this long: its starts are forgotten'),
  })
  .prefault({})
  .describe('How the starts of one agent that keeps dying are spread out')

/** The configuration file as people write it; out comes what the program uses. Published as `docs/schema/config.schema.json`. */
export const configSchema = z.strictObject({
  $schema: z.string().optional().describe('For editors; not used'),
  maxStarts: z.int().min(1).max(1000).prefault(5).describe('Starts in one check'),
  launch,
  launchShell,
  agentNames: z.array(oneLine.min(1)).prefault([]).describe('Further names of processes that are agents'),
  intervals,
  deadline: second.prefault('20s').describe('For each question to gt, bd, git or tmux'),
  startDeadline: second.prefault('60s').describe('For the start of one agent'),
  runDeadline: second.prefault('90s').describe('For the whole check'),
  zombieGrace: second.prefault('60s').describe('A session without an agent is left alone for this long'),
  staleAfter: second.prefault('15m').describe('A bead not updated for this long is stale'),
  staleConfirm: second.prefault('60s').describe('Time between the two checks that mark an agent dead'),
  guppAfter: second.prefault('30m').describe('Hooked work without progress for this long is a violation'),
  spawnGrace: second.prefault('5m').describe('A spawning polecat is left alone for this long'),
  requestMaxAge: second.prefault('6h').describe('Older lifecycle requests are not carried out'),
  noticeRepeat: second.prefault('6h').describe('The same notice again only after this time'),
  backoff,
  worktree: z.boolean().prefault(true).describe('Bring worktrees up to date before a start'),
  theme: z
    .boolean()
    .prefault(true)
    .describe('Colours, status bar and keys in the sessions that are made; in a current town gt sees to them'),
  onFailure: commandLine
    .optional()
    .describe(
      'Run when a check by hand becomes critical (2) or unknown (3), or the third of scheduled ones in a row has failed',
    ),
  metrics: absolutePath.optional().describe('A file of metrics, written after each check'),
  logSize: size.prefault('10MB').describe('Bound for daemon/daemon.log'),
  historySize: size.prefault('10MB').describe('Bound for daemon/heartbeat/history.jsonl'),
  dialect: z
    .enum(
      kinds.map(({ name }) => name),
      `must be ${kinds.map(({ name }) => JSON.stringify(name)).join(' or ')}`,
    )
    .optional()
    .describe('Which kind of town it is, in place of finding out'),
  trustBeads: z
    .boolean()
    .prefault(false)
    .describe('In a classic town a bead that says running outweighs an absent session'),
  tmuxSocket: absolutePath.refine((path) => Buffer.byteLength(path) < 104, 'is too long for a socket').optional(),
})

export type Config = z.output<typeof configSchema>

/** The keys that a configuration file may have at its top level. */
export const configKeys: readonly string[] = Object.keys(configSchema.shape)
