import { join } from 'node:path'
import { cannotTell, type Known, known } from '../domain/known.js'
import { now } from '../ports/clock.js'
import { cronRuns } from '../ports/cron-daemon.js'
import { readCrontab } from '../ports/crontab.js'
import { exists } from '../ports/files.js'
import { findProgram } from '../ports/program-path.js'
import { runsScript } from './cron-script.js'
import { type CheckLine, checkLines } from './crontab-lines.js'
import { generatedSlugs } from './generated-slugs.js'
import { writtenFor } from './read-environment.js'
import type { Machine, PresentSchedule, ScheduleSight } from './scheduler.js'
import { nextMinute, scriptPath } from './script.js'
import { commandLine } from './steps.js'

/** Lines of the crontab that run a script of ours, and lines that run gt-heartbeat itself. */
export async function presentLines(machine: Machine): Promise<Known<readonly PresentSchedule[]>> {
  if (findProgram('crontab', machine.env) === undefined) return known([])
  const crontab = await readCrontab(machine)
  if (!crontab.known) return cannotTell(crontab.why)
  const slugs = generatedSlugs(machine, 'sh').filter((slug) => runsScript(crontab.value, slug, machine))
  const lines = checkLines(crontab.value, machine.home)
  if (slugs.length === 0 && lines.length === 0) return known([])
  const active = await cronRuns(machine.commands)
  return known([
    ...slugs.map((slug) => ({ ...ofScript(slug, machine), sight: sightOf(slug, active) })),
    ...lines.map((line) => ofLine(line, active)),
  ])
}

function ofScript(slug: string, machine: Machine): Omit<PresentSchedule, 'sight'> {
  const written = writtenFor('cron', slug, machine)
  const script = scriptPath(slug, machine)
  return {
    scheduler: 'cron',
    slug,
    town: (written.known && written.value['GT_TOWN_ROOT']) || join(machine.home, 'gt'),
    removal: ['crontab -e', ...(exists(script) ? [commandLine(['rm', script])] : [])],
  }
}

const ofLine = (line: CheckLine, active: Known<boolean>): PresentSchedule => ({
  scheduler: 'cron',
  slug: line.slug,
  town: line.town,
  sight: lineSight(line, active),
  removal: ['crontab -e', `# delete ${line.slug}: ${line.text}`],
  environment: line.environment,
})

const lineSight = ({ slug, text }: CheckLine, active: Known<boolean>): ScheduleSight => ({
  scheduler: 'cron',
  slug,
  active,
  next: undefined,
  says: `crontab ${slug}: ${text}`,
})

/** How a schedule of cron's stands. */
export async function lookAtCron(slug: string, machine: Machine): Promise<ScheduleSight> {
  if (findProgram('crontab', machine.env) === undefined) return sightOf(slug, known(false))
  const crontab = await readCrontab(machine)
  if (!crontab.known) return sightOf(slug, crontab)
  const line = checkLines(crontab.value, machine.home).find((one) => one.slug === slug)
  if (line === undefined && !runsScript(crontab.value, slug, machine)) return sightOf(slug, known(false))
  const active = await cronRuns(machine.commands)
  return line === undefined ? sightOf(slug, active) : lineSight(line, active)
}

function sightOf(slug: string, active: Known<boolean>): ScheduleSight {
  const isOff = active.known && !active.value
  return { scheduler: 'cron', slug, active, next: isOff ? undefined : nextMinute(now()), says: told(active) }
}

function told(active: Known<boolean>): string {
  if (!active.known) return `cron, perhaps: ${active.why}`
  return active.value ? 'cron asks every minute whether a check is due' : 'no line for it in the crontab'
}
