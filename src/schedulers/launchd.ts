import { type Known, known, mapKnown } from '../domain/known.js'
import { InstallError } from '../errors.js'
import { now } from '../ports/clock.js'
import { findProgram } from '../ports/program-path.js'
import { guarded } from './guarded-folders.js'
import { bootOut, bootstrap, domainsOf, printJob } from './launchctl.js'
import { auditLaunchd } from './launchd-audit.js'
import { type Job, jobsOf, launchdFiles, requestsFolder } from './launchd-lists.js'
import { presentJobs } from './launchd-present.js'
import type { Machine, Schedule, Scheduler, ScheduleSight, Step } from './scheduler.js'
import { logFiles, nextMinute, removeLogs } from './script.js'
import { commandLine, folderStep } from './steps.js'

/** Two jobs of the user's: one asks every minute whether a check is due, one waits for lifecycle requests. */
export const launchd: Scheduler = {
  name: 'launchd',
  whyNot,
  files: launchdFiles,
  begin,
  end,
  tidy: async (slug, machine) => removeLogs(slug, machine),
  // launchd asks every minute anyway.
  arm: async () => [],
  present: (machine) => presentJobs(machine, look),
  look,
  audit: auditLaunchd,
}

async function whyNot(machine: Machine): Promise<string | undefined> {
  if (machine.platform !== 'darwin') return 'only macOS has it'
  if (findProgram('launchctl', machine.env) === undefined) return 'there is no launchctl on PATH; add /bin to it'
  const domains = await domainsOf(machine)
  return domains.known ? undefined : `launchctl does not answer: ${domains.why}`
}

async function begin(schedule: Schedule, machine: Machine, changed: boolean): Promise<readonly Step[]> {
  const domains = await domainsOrEnd(machine)
  const jobs = Object.values(jobsOf(schedule.slug, machine))
  const steps = await Promise.all(jobs.map((job) => beginJob(job, { machine, domains, changed })))
  return [
    folderStep(logFiles(schedule.slug, machine).folder),
    // launchd watches only what is there.
    folderStep(requestsFolder(schedule.town)),
    ...steps.flat(),
    guardedStep(schedule, machine),
  ]
}

interface Surroundings {
  readonly machine: Machine
  /** The first one is where jobs belong. */
  readonly domains: readonly string[]
  readonly changed: boolean
}

async function beginJob(job: Job, { machine, domains, changed }: Surroundings): Promise<readonly Step[]> {
  const loaded = await loadedIn(job, domains, machine)
  const [domain = `user/${machine.uid}`] = domains
  if (!changed && loaded.length === 1 && loaded[0] === domain) return []
  const service = `${domain}/${job.label}`
  const said = [
    commandLine(['launchctl', 'enable', service]),
    commandLine(['launchctl', 'bootstrap', domain, job.path]),
  ]
  const take = async (): Promise<readonly string[]> => {
    await bootstrap(machine, domain, job)
    return []
  }
  return [...loaded.map((place) => outStep(job, place, machine)), { says: said, take }]
}

/** The domains in which launchd has the job. Throws InstallError where it does not say. */
async function loadedIn({ label }: Job, domains: readonly string[], machine: Machine): Promise<readonly string[]> {
  const found: string[] = []
  for (const domain of domains) {
    const job = await printJob(machine, `${domain}/${label}`)
    if (!job.known) throw new InstallError(job.why)
    if (job.value !== null) found.push(domain)
  }
  return found
}

const outStep = ({ label }: Job, domain: string, machine: Machine): Step => ({
  says: [commandLine(['launchctl', 'bootout', `${domain}/${label}`])],
  async take() {
    await bootOut(machine, `${domain}/${label}`)
    return []
  },
})

async function domainsOrEnd(machine: Machine): Promise<readonly string[]> {
  const domains = await domainsOf(machine)
  if (!domains.known) throw new InstallError(domains.why)
  return domains.value
}

/** Nothing to be done, only something to be known. */
const guardedStep = ({ town, programs }: Schedule, { home }: Machine): Step => {
  const because = guarded(town, home)
  const grant = `give Full Disk Access to ${programs.node}, or move the town`
  return { says: [], take: async () => (because === undefined ? [] : [`${because}; ${grant}`]) }
}

/** The lifecycle job first: nothing new is begun while the other one goes. A check that runs is left to its end. */
async function end(slug: string, machine: Machine): Promise<readonly Step[]> {
  const domains = await domainsOrEnd(machine)
  const { heartbeat, lifecycle } = jobsOf(slug, machine)
  const places = await Promise.all(
    [lifecycle, heartbeat].map(async (job) => ({ job, loaded: await loadedIn(job, domains, machine) })),
  )
  return places.flatMap(({ job, loaded }) => loaded.map((domain) => outStep(job, domain, machine)))
}

async function look(slug: string, machine: Machine): Promise<ScheduleSight> {
  const { label } = jobsOf(slug, machine).heartbeat
  const place = await placeOf(label, machine)
  const active = mapKnown(place, (found) => found !== undefined)
  const isOff = active.known && !active.value
  const next = isOff ? undefined : nextMinute(now())
  return { scheduler: 'launchd', slug, active, next, says: told(place, label) }
}

async function placeOf(label: string, machine: Machine): Promise<Known<string | undefined>> {
  if (machine.platform !== 'darwin' || findProgram('launchctl', machine.env) === undefined) return known(undefined)
  const domains = await domainsOf(machine)
  if (!domains.known) return domains
  for (const domain of domains.value) {
    const job = await printJob(machine, `${domain}/${label}`)
    if (!job.known) return job
    if (job.value !== null) return known(domain)
  }
  return known(undefined)
}

function told(place: Known<string | undefined>, label: string): string {
  if (!place.known) return `launchd, perhaps: ${place.why}`
  if (place.value === undefined) return `launchd has no job ${label}`
  return `launchd asks every minute whether a check is due (${place.value}/${label})`
}
