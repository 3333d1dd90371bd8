import { join } from 'node:path'
import { InstallError } from '../errors.js'
import { readText } from '../ports/files.js'
import { environmentLines } from './environment.js'
import { settingsFolder } from './manifest.js'
import { defaultSlug, type Machine, type Schedule, type ScheduleFile } from './scheduler.js'

const names = [
  ['gt-heartbeat', 'timer'],
  ['gt-heartbeat', 'service'],
  ['gt-rearm', 'service'],
  ['gt-lifecycle', 'service'],
  ['gt-lifecycle', 'path'],
  ['gt-heartbeat-failed', 'service'],
] as const

/** What stands in a unit's name between its first part and its kind: nothing, or `@<slug>`. */
export const instanceOf = (slug: string): string => (slug === defaultSlug ? '' : `@${slug}`)

/** The folder of this user's own units. */
export const unitFolder = (configHome: string): string => join(configHome, 'systemd/user')

/** The unit `gt-heartbeat.timer` of a schedule, and the others. */
export const unitOf = (slug: string, name: string, kind: string): string => `${name}${instanceOf(slug)}.${kind}`

/** Every unit of a schedule, by its file's name. */
export const unitsOf = (slug: string): readonly string[] => names.map(([name, kind]) => unitOf(slug, name, kind))

/** The units as they are shipped, byte for byte; the environment file; and where the town is another folder than its path unit names, a drop-in. */
export function systemdFiles(schedule: Schedule, machine: Machine): readonly ScheduleFile[] {
  const folder = unitFolder(machine.configHome)
  const isTemplate = schedule.slug !== defaultSlug
  const units = names.map(([name, kind]) => {
    const file = `${name}${isTemplate ? '@' : ''}.${kind}`
    return { path: join(folder, file), text: shipped(machine, file), mode: 0o644, shared: isTemplate }
  })
  return [...units, environmentFile(schedule, machine), ...dropIn(schedule, machine)]
}

function shipped({ packageRoot }: Machine, file: string): string {
  const path = join(packageRoot, 'units', file)
  const found = readText(path)
  if (!found.known || found.value === null) {
    const why = found.known ? `${path} is missing` : found.why
    throw new InstallError(`this package is not whole: ${why}; install it again`)
  }
  return found.value
}

function environmentFile({ slug, town, environment }: Schedule, { configHome }: Machine): ScheduleFile {
  const lines = [
    `# Written by gt-heartbeat install for the town ${town}.`,
    '# What checks need of the shell that installed them. No shell reads this: nothing is expanded, and `export` is no word here.',
    ...environmentLines(environment),
  ]
  return { path: environmentPath(configHome, slug), text: `${lines.join('\n')}\n`, mode: 0o600, shared: false }
}

/** The file that names the town to every unit of a schedule. */
export const environmentPath = (configHome: string, slug: string): string =>
  join(settingsFolder(configHome), `${slug}.env`)

/** A path unit can be given no variable, so another folder than `~/gt` (or `~/<slug>`) needs words of its own. */
function dropIn({ slug, town }: Schedule, { configHome, home }: Machine): readonly ScheduleFile[] {
  if (town === join(home, slug === defaultSlug ? 'gt' : slug)) return []
  const path = join(unitFolder(configHome), `${unitOf(slug, 'gt-lifecycle', 'path')}.d`, 'town.conf')
  const folder = join(town, 'daemon/requests').replaceAll('%', '%%')
  const text = `# Written by gt-heartbeat install: where this town is.\n[Path]\nDirectoryNotEmpty=\nDirectoryNotEmpty=${folder}\n`
  return [{ path, text, mode: 0o644, shared: false }]
}
