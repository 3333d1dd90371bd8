import { join } from 'node:path'
import { cannotTell, type Known, known } from '../domain/known.js'
import { exists, namesIn, readText } from '../ports/files.js'
import { generatedSlugs } from './generated-slugs.js'
import { domainsOf, printJob } from './launchctl.js'
import { type Job, jobsOf } from './launchd-lists.js'
import { writtenFor } from './read-environment.js'
import type { Machine, PresentSchedule, ScheduleSight } from './scheduler.js'
import { commandLine } from './steps.js'

/** Schedules whose job launchd has, or whose property list it reads at the next login. */
export async function presentJobs(
  machine: Machine,
  look: (slug: string, machine: Machine) => Promise<ScheduleSight>,
): Promise<Known<readonly PresentSchedule[]>> {
  if (machine.platform !== 'darwin') return known([])
  const domains = await domainsOf(machine)
  if (!domains.known) return cannotTell(domains.why)
  const all = slugsIn(machine).map(async (slug) => {
    const jobs = Object.values(jobsOf(slug, machine))
    const loaded = (await Promise.all(jobs.map((job) => servicesOf(job, domains.value, machine)))).flat()
    const lists = jobs.map(({ path }) => path).filter(exists)
    if (loaded.length === 0 && lists.length === 0) return []
    const sight = loaded.length > 0 ? await look(slug, machine) : notLoaded(slug, lists)
    const removal = [
      ...loaded.map((service) => commandLine(['launchctl', 'bootout', service])),
      ...lists.map((list) => commandLine(['rm', list])),
    ]
    return [{ scheduler: 'launchd' as const, slug, town: townOf(slug, machine), sight, removal }]
  })
  return known((await Promise.all(all)).flat())
}

/** The plain schedule, those with a generated script, and those of whose property list stands where launchd reads it. */
function slugsIn(machine: Machine): readonly string[] {
  const names = namesIn(join(machine.home, 'Library/LaunchAgents'))
  const listed = (names.known ? (names.value ?? []) : []).flatMap(
    (name) => /^dev\.gt-heartbeat\.([a-z0-9][a-z0-9-]*)\.plist$/.exec(name)?.[1] ?? [],
  )
  return [...new Set([...generatedSlugs(machine, 'sh'), ...listed])]
}

async function servicesOf({ label }: Job, domains: readonly string[], machine: Machine): Promise<readonly string[]> {
  const services = domains.map((domain) => `${domain}/${label}`)
  const found = await Promise.all(services.map((service) => printJob(machine, service)))
  return services.filter((_, at) => found[at]?.known && found[at].value !== null)
}

const notLoaded = (slug: string, lists: readonly string[]): ScheduleSight => ({
  scheduler: 'launchd',
  slug,
  active: known(false),
  next: undefined,
  says: `${lists.join(' and ')} will be loaded at the next login`,
})

const townInList = /<key>GT_TOWN_ROOT<\/key>\s*<string>([^<]*)<\/string>/

/** As its property list says, or its generated script; without a word there `~/gt`. */
function townOf(slug: string, machine: Machine): string {
  const list = readText(jobsOf(slug, machine).heartbeat.path)
  const named = list.known ? townInList.exec(list.value ?? '')?.[1] : undefined
  const written = writtenFor('launchd', slug, machine)
  return named || (written.known && written.value['GT_TOWN_ROOT']) || join(machine.home, 'gt')
}
