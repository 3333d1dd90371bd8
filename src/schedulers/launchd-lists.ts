import { join } from 'node:path'
import { propertyList } from './property-list.js'
import type { Machine, Schedule, ScheduleFile } from './scheduler.js'
import { checkEnvironment, logFiles, type Runner, scriptFile, scriptPath } from './script.js'

/** A job of launchd's, and the property list that describes it. */
export interface Job {
  readonly label: string
  readonly path: string
}

/** The jobs of a schedule: one asks every minute whether a check is due, one waits for lifecycle requests. */
export function jobsOf(slug: string, { home }: Pick<Machine, 'home'>) {
  const job = (label: string): Job => ({ label, path: join(home, 'Library/LaunchAgents', `${label}.plist`) })
  return { heartbeat: job(`dev.gt-heartbeat.${slug}`), lifecycle: job(`dev.gt-heartbeat.${slug}.lifecycle`) } as const
}

/** The folder in which a file asks for lifecycle requests to be processed. */
export const requestsFolder = (town: string): string => join(town, 'daemon/requests')

const runner: Runner = { trigger: 'launchd', guard: [] }

/** The script and both property lists. launchd refuses a list that others may write. */
export function launchdFiles(schedule: Schedule, machine: Machine): readonly ScheduleFile[] {
  const { heartbeat, lifecycle } = jobsOf(schedule.slug, machine)
  const list = ({ path }: Job, text: string): ScheduleFile => ({ path, text, mode: 0o644, shared: false })
  return [
    scriptFile(schedule, machine, runner),
    list(heartbeat, heartbeatList(schedule, machine)),
    list(lifecycle, lifecycleList(schedule, machine)),
  ]
}

/** Every minute by the calendar, which, unlike an interval, fires once on wake for what was slept through. */
const everyMinute = Array.from({ length: 60 }, (_, minute) => ({ Minute: minute }))

function heartbeatList(schedule: Schedule, machine: Machine): string {
  const { label } = jobsOf(schedule.slug, machine).heartbeat
  const program = ['/bin/sh', scriptPath(schedule.slug, machine)]
  return propertyList({
    Label: label,
    ProgramArguments: program,
    ...common(schedule, machine),
    RunAtLoad: true,
    StartCalendarInterval: everyMinute,
  })
}

function lifecycleList(schedule: Schedule, machine: Machine): string {
  const { label } = jobsOf(schedule.slug, machine).lifecycle
  const program = ['/bin/sh', scriptPath(schedule.slug, machine), 'lifecycle']
  return propertyList({
    Label: label,
    ProgramArguments: program,
    ...common(schedule, machine),
    QueueDirectories: [requestsFolder(schedule.town)],
  })
}

/** What `launchd/` in the package has too, with a reason for each line. */
function common(schedule: Schedule, machine: Machine) {
  const { log } = logFiles(schedule.slug, machine)
  return {
    EnvironmentVariables: checkEnvironment(schedule, machine, 'launchd'),
    StandardOutPath: log,
    StandardErrorPath: log,
    ProcessType: 'Interactive',
    AbandonProcessGroup: true,
    ExitTimeOut: 15,
    LimitLoadToSessionType: ['Aqua', 'Background'],
  }
}
