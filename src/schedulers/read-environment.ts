import { join } from 'node:path'
import { type Known, mapKnown } from '../domain/known.js'
import { readText } from '../ports/files.js'
import { assignmentsIn } from './assignments.js'
import { settingsFolder } from './manifest.js'
import type { Machine, SchedulerName } from './scheduler.js'
import { unitEnvironment } from './systemd-environment.js'
import { unitOf } from './systemd-units.js'

type Environment = Readonly<Record<string, string>>

/** What checks of a schedule are started with: what the scheduler itself gives, and over it what the generated file and drop-ins say. */
export async function startedWith(
  scheduler: SchedulerName,
  slug: string,
  machine: Machine,
): Promise<Known<Environment>> {
  if (scheduler === 'systemd') return unitEnvironment(unitOf(slug, 'gt-heartbeat', 'service'), machine)
  const PATH = scheduler === 'cron' ? '/usr/bin:/bin' : '/usr/bin:/bin:/usr/sbin:/sbin'
  return mapKnown(writtenFor(scheduler, slug, machine), (written) => {
    const exported = Object.entries(written).filter(([name]) => /^[A-Z]/.test(name))
    return { HOME: machine.home, PATH, ...Object.fromEntries(exported) }
  })
}

/** What the generated file alone sets, a script's own variables (`heartbeat`, `rearm`: what it runs) too; nothing where there is no such file. */
export function writtenFor(scheduler: SchedulerName, slug: string, { configHome }: Machine): Known<Environment> {
  const name = `${slug}.${scheduler === 'systemd' ? 'env' : 'sh'}`
  return mapKnown(readText(join(settingsFolder(configHome), name)), (text) => assignmentsIn(text ?? ''))
}
