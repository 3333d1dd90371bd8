import { delimiter, dirname, join } from 'node:path'
import { ConfigError } from '../errors.js'
import { exists } from '../ports/files.js'
import type { Machine, Schedule, ScheduleFile, Step } from './scheduler.js'
import { lastWords, theCheck, watched } from './script-text.js'
import { removeStep } from './steps.js'

/** Who runs the script, and shell lines that this one needs before anything else is done. */
export interface Runner {
  readonly trigger: 'launchd' | 'cron'
  readonly guard: readonly string[]
}

/** Where the script of a schedule lies. */
export const scriptPath = (slug: string, { configHome }: Pick<Machine, 'configHome'>): string =>
  join(configHome, 'gt-heartbeat', `${slug}.sh`)

/** Where what checks print goes, and what else the script leaves. `told`: that there was nobody left to report a failure. */
export function logFiles(slug: string, { env, home, platform }: Machine) {
  const states = env['XDG_STATE_HOME']?.startsWith('/') ? env['XDG_STATE_HOME'] : join(home, '.local/state')
  const folder = platform === 'darwin' ? join(home, 'Library/Logs/gt-heartbeat') : join(states, 'gt-heartbeat')
  const log = join(folder, `${slug}.log`)
  return { folder, log, older: `${log}.1`, told: `${log}.told` }
}

/** Takes away what the script has left outside of the town. */
export function removeLogs(slug: string, machine: Machine): readonly Step[] {
  const { log, older, told } = logFiles(slug, machine)
  return [log, older, told].filter(exists).map(removeStep)
}

const minute = 60_000

/** When the script is started next, epoch ms. */
export const nextMinute = (now: number): number => (Math.floor(now / minute) + 1) * minute

/** What the scheduler starts every minute. Throws ConfigError for a path that no line can hold. */
export function scriptFile(schedule: Schedule, machine: Machine, runner: Runner): ScheduleFile {
  const path = scriptPath(schedule.slug, machine)
  return { path, text: scriptText(schedule, machine, runner), mode: 0o755, shared: false }
}

function scriptText(schedule: Schedule, machine: Machine, { trigger, guard }: Runner): string {
  const { heartbeat, rearm } = schedule.programs
  const { folder, log, told } = logFiles(schedule.slug, machine)
  const lines = [
    '#!/bin/sh',
    `# Made by \`gt-heartbeat install\` for ${trigger}, taken away by \`gt-heartbeat uninstall\`: change nothing here, install again.`,
    `#   ${schedule.slug}.sh            a check when one is due; ${trigger} asks every minute`,
    `#   ${schedule.slug}.sh lifecycle  the lifecycle requests that wait, at once`,
    '',
    ...guard,
    ...Object.entries(checkEnvironment(schedule, machine, trigger)).map(
      ([name, value]) => `export ${name}=${quoted(value, name)}`,
    ),
    'unset NODE_OPTIONS NODE_EXTRA_CA_CERTS',
    '',
    `heartbeat=${quoted(heartbeat, 'gt-heartbeat')}`,
    `rearm=${quoted(rearm, 'gt-rearm')}`,
    `logs=${quoted(folder, 'the log')}`,
    `log=${quoted(log, 'the log')}`,
    `told=${quoted(told, 'the log')}`,
    '',
    ...watched,
    '',
    ...lastWords,
    '',
    ...theCheck,
  ]
  return `${lines.join('\n')}\n`
}

/** What checks are started with. The folder of node stands on PATH, last where the installing shell had it not. */
export function checkEnvironment(
  { environment, town, programs }: Schedule,
  { platform }: Pick<Machine, 'platform'>,
  trigger: Runner['trigger'],
): Readonly<Record<string, string>> {
  const folders = (environment['PATH'] ?? '/usr/local/bin:/usr/bin:/bin').split(delimiter)
  const node = dirname(programs.node)
  return {
    LC_ALL: platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8',
    ...environment,
    GT_TOWN_ROOT: town,
    PATH: [...folders, ...(folders.includes(node) ? [] : [node])].join(delimiter),
    GT_HEARTBEAT_TRIGGER: trigger,
  }
}

/** A word in single quotes, as every shell reads it. `what` is named where it holds what no line can. */
export function quoted(word: string, what: string): string {
  refuseControl(word, what)
  return `'${word.replaceAll("'", `'\\''`)}'`
}

/** Throws ConfigError for a text with a line break or another control character in it. */
export function refuseControl(text: string, what: string): void {
  if (!/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) return
  const why = `${JSON.stringify(text)} has a line break or another control character in it, which no scheduler can be given`
  throw new ConfigError([{ file: what, key: '', what: why }])
}
