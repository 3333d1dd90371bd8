import { guarded } from './guarded-folders.js'
import { domainsOf, isDisabled, printJob } from './launchctl.js'
import { type Job, jobsOf } from './launchd-lists.js'
import type { Ailment, Machine, Schedule } from './scheduler.js'

/** What is wrong with a schedule of launchd's, by what launchd has in effect. */
export async function auditLaunchd({ slug, town, programs }: Schedule, machine: Machine): Promise<readonly Ailment[]> {
  const domains = await domainsOf(machine)
  if (!domains.known)
    return [ailment('manager-unreachable', `launchd does not answer: ${domains.why}`, 'launchctl version')]
  const jobs = Object.values(jobsOf(slug, machine))
  const found = await Promise.all(jobs.map((job) => auditJob(job, domains.value, machine)))
  const because = guarded(town, machine.home)
  const mend = `grant Full Disk Access to ${programs.node}, or move the town`
  return [...found.flat(), ...(because ? [warning('town-guarded', because, mend)] : [])]
}

async function auditJob(job: Job, domains: readonly string[], machine: Machine): Promise<readonly Ailment[]> {
  for (const domain of domains) {
    const found = await printJob(machine, `${domain}/${job.label}`)
    if (!found.known) return [warning('job-unreadable', found.why, `launchctl print ${domain}/${job.label}`)]
    if (found.value !== null) return auditLoaded(job, `${domain}/${job.label}`, found.value)
  }
  const [domain = `gui/${machine.uid}`] = domains
  if (!(await isDisabled(machine, domain, job.label))) {
    return [ailment('job-missing', `launchd has no job ${job.label}: nothing starts it`, 'gt-heartbeat install')]
  }
  const mend = `launchctl enable ${domain}/${job.label} && launchctl bootstrap ${domain} '${job.path}'`
  return [ailment('job-disabled', `${job.label} is disabled, and stays so through every login`, mend)]
}

/** Codes of a check that are no failure of the job: well, a warning, another check runs. */
const fine = new Set([0, 1, 75])

/** What is printed is no fixed format: only what is found is judged. */
function auditLoaded({ label, path }: Job, service: string, said: string): readonly Ailment[] {
  const from = /^\s*path = (.+)$/m.exec(said)?.[1]
  const kind = /^\s*spawn type = (\S+)/m.exec(said)?.[1]
  const last = Number(/^\s*last exit code = (\d+)/m.exec(said)?.[1] ?? 0)
  return [
    ...(from === undefined || from === path
      ? []
      : [warning('job-elsewhere', `${label} comes from ${from}, not from ${path}`, 'gt-heartbeat install')]),
    ...(kind?.startsWith('background')
      ? [
          ailment(
            'job-background',
            `${label} runs as a background job: agents it starts are kept on slow cores`,
            'gt-heartbeat install',
          ),
        ]
      : []),
    ...(fine.has(last)
      ? []
      : [warning('job-failed', `${label} ended with exit code ${last} last`, `launchctl kickstart ${service}`)]),
  ]
}

const ailment = (code: string, because: string, mend: string): Ailment => ({ code, severity: 'error', because, mend })
const warning = (code: string, because: string, mend: string): Ailment => ({
  ...ailment(code, because, mend),
  severity: 'warning',
})
