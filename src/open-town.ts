import { basename } from 'node:path'
import type { ActivitySample } from './domain/activity.js'
import { withoutForeign } from './domain/launch.js'
import { redactionFor } from './domain/redaction.js'
import type { Mode } from './domain/snapshot.js'
import { type Decided, findDialect, presumedKind, socketOf } from './find-dialect.js'
import { doubtful, type Place } from './find-town.js'
import { now } from './ports/clock.js'
import type { Commands } from './ports/command.js'
import { openLog, silentLog } from './ports/log.js'
import { wantsOwnUnit } from './ports/own-unit.js'
import { openRequests } from './ports/requests-folder.js'
import { allowedRigs } from './ports/rig-list.js'
import { createTmux } from './ports/tmux.js'
import type { Doorstep, Trigger } from './town.js'

type Environment = Readonly<Record<string, string | undefined>>

/** Which check it is opened for, in which environment that was started, what runs its programs, and which kind of town it is. */
export interface Purpose {
  readonly run: { readonly id: string; readonly mode: Mode; readonly dryRun: boolean; readonly trigger: Trigger }
  readonly env: Environment
  readonly commands: Commands
  readonly activity: ActivitySample
  readonly decided: Decided
}

/** Opens a town for one check, all but its ledger. */
export function openTown(place: Place, { run, env, commands, activity, decided }: Purpose): Doorstep {
  const { root, settings } = place
  const { dryRun } = run
  const startedAt = now()
  const flaw = place.flaw ?? doubtful(decided.doubts)
  const { deadline, logSize, historySize } = settings
  let socket: string | undefined
  const server = { underSystemd: wantsOwnUnit({ env, byCron: run.trigger === 'cron' }), town: basename(root) }
  return {
    root,
    dialect: decided.kind.open(root, allowedRigs(root)),
    decided,
    settings,
    mode: run.mode,
    dryRun,
    runId: run.id,
    trigger: run.trigger,
    startedAt,
    activity,
    env,
    commands,
    tmux: createTmux({
      ...server,
      commands,
      deadline,
      env: tmuxEnvironment(env),
      // Its name may be a hash, and bd is asked before tmux is.
      get socket() {
        socket ??= socketOf(decided.kind, { root, settings, env })
        return socket
      },
    }),
    log: dryRun ? silentLog : openLog({ root, logSize, historySize, redact: redactionFor(env) }),
    requests: openRequests(root),
    ...(flaw === undefined ? {} : { flaw }),
  }
}

/** Which kind of town a place is; where something is wrong with it already, nobody is asked. */
export async function kindOf({ root, settings, flaw }: Place, env: Environment, commands: Commands): Promise<Decided> {
  if (flaw === undefined) return findDialect({ root, settings, env }, commands)
  return { kind: presumedKind({ root, settings }), from: [], signs: undefined, programs: undefined, doubts: [] }
}

/** Who started this check, as its unit, property list or script says. */
export function triggerOf(env: Environment): Trigger {
  const trigger = env['GT_HEARTBEAT_TRIGGER']
  return trigger === 'timer' || trigger === 'launchd' || trigger === 'cron' ? trigger : 'manual'
}

/** Where a tmux server that this check starts gets its global environment from: the user's own, without what is the check's. */
export function tmuxEnvironment(env: Environment): Readonly<Record<string, string>> {
  const { TMUX: _server, TMUX_PANE: _pane, ...users } = withoutForeign(env)
  const locale = users['LC_ALL'] || users['LC_CTYPE'] || users['LANG'] || ''
  return /utf-?8/i.test(locale) ? users : { ...users, LC_ALL: 'C.UTF-8' }
}
