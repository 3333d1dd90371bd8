import { cronRuns } from '../ports/cron-daemon.js'
import { readCrontab } from '../ports/crontab.js'
import { findProgram } from '../ports/program-path.js'
import { auditCron } from './cron-audit.js'
import { lookAtCron, presentLines } from './cron-present.js'
import { cronCommand, cronLine, cronScript } from './cron-script.js'
import { blockText, inBytes } from './crontab-block.js'
import { type Change, changeSteps } from './crontab-change.js'
import type { Machine, Schedule, Scheduler, Step } from './scheduler.js'
import { logFiles, removeLogs } from './script.js'
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
  present: presentLines,
  look: lookAtCron,
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
