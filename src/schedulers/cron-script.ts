import { join } from 'node:path'
import { ConfigError } from '../errors.js'
import { inBytes, runsCommand } from './crontab-block.js'
import { defaultSlug, type Machine, type Schedule, type ScheduleFile } from './scheduler.js'
import { quoted, type Runner, refuseControl, scriptFile, scriptPath } from './script.js'

/** Debian's crontab refuses a command of 1,000 characters. */
const longestCommand = 900

/** The script that the line in the crontab runs. */
export const cronScript = (schedule: Schedule, machine: Machine): ScheduleFile =>
  scriptFile(schedule, machine, runner(schedule.slug, machine))

function runner(slug: string, machine: Machine): Runner {
  return { trigger: 'cron', guard: machine.platform === 'linux' ? guard(slug, machine) : [] }
}

function guard(slug: string, { configHome, uid }: Machine): readonly string[] {
  const timer = `gt-heartbeat${slug === defaultSlug ? '' : `@${slug}`}.timer`
  const enabled = quoted(join(configHome, 'systemd/user/timers.target.wants', timer), '$XDG_CONFIG_HOME')
  const runtime = `/run/user/${uid}`
  return [
    "# Where this user's systemd runs and its timer is enabled, cron need not start checks too.",
    `[ -e ${enabled} ] && [ -S '${runtime}/systemd/private' ] && exit 0`,
    '# Cron knows nothing of it, and a tmux server of its own unit is reached through it.',
    `[ -n "\${XDG_RUNTIME_DIR-}" ] || [ ! -d '${runtime}' ] || export XDG_RUNTIME_DIR='${runtime}'`,
    '',
  ]
}

/** The command of the crontab line. Throws ConfigError for a path that a crontab cannot hold. */
export function cronCommand(slug: string, machine: Machine): string {
  const path = scriptPath(slug, machine)
  refuseControl(path, '$XDG_CONFIG_HOME')
  if (path.includes('\\')) throw complaint(`${path} has a backslash in it, which every cron reads in its own way`)
  // A percent sign ends a command for most crons, unless a backslash is before it; outside of quotes a shell takes that away too.
  const command = `/bin/sh ${quoted(path, '$XDG_CONFIG_HOME').replaceAll('%', "'\\%'")}`
  if (Buffer.byteLength(command) <= longestCommand) return command
  throw complaint(`${path} is too long for a line in a crontab`)
}

const complaint = (what: string) => new ConfigError([{ file: '$XDG_CONFIG_HOME', key: '', what }])

/** The line of a schedule: every minute, since only the script knows when a check is due. */
export const cronLine = (slug: string, machine: Machine): string => `* * * * * ${cronCommand(slug, machine)}`

/** Whether some line of a crontab, of whatever times, runs the schedule's script; one character a byte. */
export const runsScript = (crontab: string, slug: string, machine: Machine): boolean =>
  runsCommand(crontab, inBytes(cronCommand(slug, machine)))
