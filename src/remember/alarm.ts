import { definedOnly } from '../domain/defined-only.js'
import { redacted } from '../domain/redaction.js'
import { verdictFor } from '../exit-codes.js'
import type { CommandResult } from '../ports/command.js'
import type { Town } from '../town.js'
import { splitWords } from '../words.js'
import type { Heartbeat } from './account.js'

/** What the command of `onFailure` is told, in its environment. */
export interface Alarm {
  /** Of the check; undefined when it broke off and nobody knows. */
  readonly exitCode: number | undefined
  readonly verdict: string
  readonly because: readonly string[]
  /** So many checks have failed one after the other, where they were counted. */
  readonly inARow?: number
}

type Caller = Pick<Town, 'root' | 'settings' | 'env' | 'commands'>

/** Runs the command line of `onFailure` after a check; returns what went wrong with that, if anything did. */
export async function raiseAlarm(town: Town, heartbeat: Heartbeat): Promise<string | undefined> {
  const { exitCode, blindSpots, outcomes } = heartbeat
  const failures = outcomes.flatMap(({ outcome, error }) => (outcome === 'failed' ? [error ?? 'failed'] : []))
  const because = [...failures, ...blindSpots.map(({ what, why }) => `${what}: ${why}`)]
  const result = await runOnFailure(town, { exitCode, verdict: verdictFor(exitCode), because })
  return result === undefined || result.ok ? undefined : `onFailure: ${result.failure}`
}

/** Runs the command line of `onFailure`, without a shell; undefined when the configuration has none. */
export async function runOnFailure(caller: Caller, alarm: Alarm): Promise<CommandResult | undefined> {
  const { root, settings, commands } = caller
  const split = splitWords(settings.onFailure ?? '')
  const [program, ...args] = 'words' in split ? split.words : []
  if (program === undefined) return undefined
  const env = { ...definedOnly(caller.env), ...variablesOf(root, alarm) }
  return commands.run({ program, args, cwd: root, env, deadline: settings.deadline })
}

const longest = 4000

const variablesOf = (
  root: string,
  { exitCode, verdict, because, inARow }: Alarm,
): Readonly<Record<string, string>> => ({
  GT_HEARTBEAT_TOWN: root,
  GT_HEARTBEAT_EXIT_CODE: String(exitCode ?? ''),
  GT_HEARTBEAT_VERDICT: verdict,
  GT_HEARTBEAT_BECAUSE: redacted(because.join('; ')).slice(0, longest),
  GT_HEARTBEAT_IN_A_ROW: String(inARow ?? ''),
})
