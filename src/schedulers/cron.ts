import { type Known, known } from '../domain/known.js'
import { now } from '../ports/clock.js'
import { cronRuns } from '../ports/cron-daemon.js'
import { readCrontab } from '../ports/crontab.js'
import { findProgram } from '../ports/program-path.js'
import { auditCron } from './cron-audit.js'
import { cronCommand, cronLine, cronScript, runsScript } from './cron-script.js'
import { blockText, inBytes } from './crontab-block.js'
import { type Change, changeSteps } from './crontab-change.js'
import type { Machine, Schedule, Scheduler, ScheduleSight, Step } from './scheduler.js'
import { logFiles, nextMinute, removeLogs } from './script.js'
import { folderStep } from './steps.js'

/** One line in the user's crontab, every minute; what is due is the script's business. */
export const cron: Scheduler = {
  name: 'cron',
  whyNot,
  files: (schedule, machine) => [cronScript(schedule, machine)],
  begin,
  end: (slug, machine) => changeSteps(change(slug, '', machine), machine),
  tidy: async (slug, machine) => removeLogs(slug, machine),
  // Cron asks every minute anyway.
  arm: async () => [],
  look,
  audit: auditCron,
}

async function whyNot(machine: Machine): Promise<string | undefined> {
  if (findProgram('crontab', machine.env) === undefined) {
    return 'there is no crontab program on PATH; install cron (Debian and its like: sudo apt-get install cron)'
  }
  const crontab = await readCrontab(machine)
  return crontab.known ? undefined : crontab.why
}

async function begin({ slug }: Schedule, machine: Machine): Promise<readonly Step[]> {
  const block = inBytes(blockText(slug, cronLine(slug, machine)))
  const steps = await changeSteps(change(slug, block, machine), machine)
  return [folderStep(logFiles(slug, machine).folder), ...steps, daemonStep(machine)]
}

const change = (slug: string, block: string, machine: Machine): Change => ({
  slug,
  block,
  script: inBytes(cronCommand(slug, machine)),
})

/** Nothing to be done, only something to be known: a crontab alone starts nothing. */
const daemonStep = ({ commands }: Machine): Step => ({
  says: [],
  async take() {
    const runs = await cronRuns(commands)
    return runs.known ? [] : [`${runs.why}; without one nothing is checked: sudo systemctl enable --now cron`]
  },
})

async function look(slug: string, machine: Machine): Promise<ScheduleSight> {
  const active = await isActive(slug, machine)
  const isOff = active.known && !active.value
  const next = isOff ? undefined : nextMinute(now())
  return { scheduler: 'cron', slug, active, next, says: told(active) }
}

async function isActive(slug: string, machine: Machine): Promise<Known<boolean>> {
  if (findProgram('crontab', machine.env) === undefined) return known(false)
  const crontab = await readCrontab(machine)
  if (!crontab.known) return crontab
  if (!runsScript(crontab.value, slug, machine)) return known(false)
  return cronRuns(machine.commands)
}

function told(active: Known<boolean>): string {
  if (!active.known) return `cron, perhaps: ${active.why}`
  return active.value ? 'cron asks every minute whether a check is due' : 'no line for it in the crontab'
}
