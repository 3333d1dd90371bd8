import type { Known } from '../domain/known.js'
import type { Commands } from '../ports/command.js'

/** Who starts checks. */
export type SchedulerName = 'systemd' | 'launchd' | 'cron'

/** The name of the schedule that has none: the plain unit names, for the one town most people have. */
export const defaultSlug = 'default'

/** What is to be scheduled: one town, and what its checks need of the shell that installs them. */
export interface Schedule {
  /** `default`, or the instance's name: `[a-z0-9][a-z0-9-]*`. */
  readonly slug: string
  /** The real path of the town. */
  readonly town: string
  /** PATH, locale, TMUX_TMPDIR, GT_TMUX_SOCKET, where Dolt listens, GT_TOWN_ROOT, GT_HEARTBEAT_OPTS: what is set, and nothing secret. */
  readonly environment: Readonly<Record<string, string>>
  /** Absolute paths of the commands that are run, such as outlive the shell that installs. */
  readonly programs: { readonly heartbeat: string; readonly rearm: string; readonly node: string }
}

/** The machine and the user for whom something is installed. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  readonly uid: number
  readonly home: string
  /** `$XDG_CONFIG_HOME`, else `~/.config`. */
  readonly configHome: string
  /** The folder of the package: `units`, `launchd` and `scripts` lie in it. */
  readonly packageRoot: string
  readonly commands: Commands
}

/** A file that holds a part of a schedule. */
export interface ScheduleFile {
  readonly path: string
  readonly text: string
  readonly mode: number
  /** Also needed by other schedules of this user's: taken away with the last of them. */
  readonly shared: boolean
}

/** One deed of an installation. */
export interface Step {
  /** What a dry run prints: a command line, or what is changed, with its full text. */
  readonly says: readonly string[]
  /** A folder that it makes, which goes again with the schedule where nothing is in it. */
  readonly makes?: string
  /** Does it. Returns what a person should know, if anything. Throws InstallError where the installation cannot go on. */
  take(): Promise<readonly string[]>
}

/** Something that keeps checks from working, and the command that mends it. */
export interface Ailment {
  /** Stable, for scripts: `unit-differs`, `linger-off` … */
  readonly code: string
  readonly severity: 'error' | 'warning'
  /** One line: what was found, where. */
  readonly because: string
  /** What to type, or undefined where only a person can tell. */
  readonly mend: string | undefined
}

/** How a schedule stands, by what its scheduler itself says. */
export interface ScheduleSight {
  readonly scheduler: SchedulerName
  readonly slug: string
  /** Whether it will start checks by itself. */
  readonly active: Known<boolean>
  /** When it will look next whether a check is due, epoch ms. */
  readonly next: number | undefined
  /** One line for a person: who starts the next check (`gt-heartbeat.timer, armed for 14:05:00`). */
  readonly says: string
}

/** A schedule that is on this machine, whoever put it there. */
export interface PresentSchedule {
  readonly scheduler: SchedulerName
  /** The name of the schedule, or `line 3` for a line of the crontab that runs no script of ours. */
  readonly slug: string
  /** The town that it is for, as it says. */
  readonly town: string
  readonly sight: ScheduleSight
  /** Commands that remove it, in order; the first one ends it. */
  readonly removal: readonly string[]
  /** What its checks are started with, where no file of ours says so. */
  readonly environment?: Readonly<Record<string, string>>
}

/** One way to have checks started. A scheduler is one value of this type. */
export interface Scheduler {
  readonly name: SchedulerName
  /** Why it cannot be used on this machine, in one line with what to do; undefined: it can. */
  whyNot(machine: Machine): Promise<string | undefined>
  /** Every file that the schedule needs. Throws ConfigError for what it cannot express (a line break in a path …). */
  files(schedule: Schedule, machine: Machine): readonly ScheduleFile[]
  /** What is done once the files are in place; `changed`: whether any of them is not as it was. */
  begin(schedule: Schedule, machine: Machine, changed: boolean): Promise<readonly Step[]>
  /** What is done before the files of a schedule are taken away. Sessions and running checks are left alone. */
  end(slug: string, machine: Machine): Promise<readonly Step[]>
  /** What is done when they are gone. */
  tidy(slug: string, machine: Machine): Promise<readonly Step[]>
  /** Has the written next time armed; what happens anyway at that time needs no step. */
  arm(slug: string, machine: Machine): Promise<readonly Step[]>
  /** Every schedule of this scheduler, installed or put there by hand, that starts checks now or after the next login. Changes nothing. */
  present(machine: Machine): Promise<Known<readonly PresentSchedule[]>>
  /** Changes nothing. */
  look(slug: string, machine: Machine): Promise<ScheduleSight>
  /** What is wrong with an installed schedule, drop-ins and effective values included. Changes nothing. */
  audit(schedule: Schedule, machine: Machine): Promise<readonly Ailment[]>
}
