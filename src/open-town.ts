import { basename, join } from 'node:path'
import { classic } from './dialects/classic.js'
import { withoutForeign } from './domain/launch.js'
import type { Mode } from './domain/snapshot.js'
import type { Place } from './find-town.js'
import { now } from './ports/clock.js'
import { createCommands } from './ports/command.js'
import { openLedger } from './ports/ledger-file.js'
import { openLog, silentLog } from './ports/log.js'
import { wantsOwnUnit } from './ports/own-unit.js'
import { createTmux } from './ports/tmux.js'
import type { Town, Trigger } from './town.js'

type Environment = Readonly<Record<string, string | undefined>>

/** Which check it is opened for, and in which environment that was started. */
export interface Purpose {
  readonly run: { readonly id: string; readonly mode: Mode; readonly dryRun: boolean; readonly trigger: Trigger }
  readonly env: Environment
}

/** Opens a town for one check, from now on under its deadline. The caller holds the lock (a dry run: knows it is free), as the ledger is read. */
export function openTown({ root, settings, socket, flaw }: Place, { run, env }: Purpose): Town {
  const { dryRun } = run
  const startedAt = now()
  const commands = createCommands(startedAt + settings.runDeadline)
  const { deadline, logSize, historySize } = settings
  const server = { underSystemd: wantsOwnUnit({ env, byCron: run.trigger === 'cron' }), town: basename(root) }
  return {
    root,
    dialect: classic,
    settings,
    mode: run.mode,
    dryRun,
    runId: run.id,
    trigger: run.trigger,
    startedAt,
    env,
    commands,
    tmux: createTmux({ socket, commands, deadline, env: tmuxEnvironment(env), ...server }),
    ledger: openLedger(join(root, 'daemon/heartbeat/ledger.json'), { now: startedAt, readOnly: dryRun }),
    log: dryRun ? silentLog : openLog({ root, logSize, historySize }),
    ...(flaw === undefined ? {} : { flaw }),
  }
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
