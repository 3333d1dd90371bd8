import { verdictFor } from '../exit-codes.js'
import type { Town } from '../town.js'
import { splitWords } from '../words.js'
import type { Heartbeat } from './account.js'

/** Runs the command line of `onFailure`, without a shell; returns what went wrong with that, if anything did. */
export async function raiseAlarm(town: Town, heartbeat: Heartbeat): Promise<string | undefined> {
  const split = splitWords(town.settings.onFailure ?? '')
  const [program, ...args] = 'words' in split ? split.words : []
  if (program === undefined) return undefined
  const { root, settings } = town
  const env = { ...definedOnly(town.env), ...alarmVariables(root, heartbeat) }
  const result = await town.commands.run({ program, args, cwd: root, env, deadline: settings.deadline })
  return result.ok ? undefined : `onFailure: ${result.failure}`
}

/** What the command is told of the check, in its environment. */
function alarmVariables(root: string, { exitCode, blindSpots, outcomes }: Heartbeat): Readonly<Record<string, string>> {
  const failures = outcomes.flatMap(({ outcome, error }) => (outcome === 'failed' ? [error ?? 'failed'] : []))
  return {
    GT_HEARTBEAT_TOWN: root,
    GT_HEARTBEAT_EXIT_CODE: String(exitCode),
    GT_HEARTBEAT_VERDICT: verdictFor(exitCode),
    GT_HEARTBEAT_BECAUSE: [...failures, ...blindSpots.map(({ what, why }) => `${what}: ${why}`)]
      .join('; ')
      .slice(0, 4000),
  }
}

function definedOnly(env: Town['env']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
