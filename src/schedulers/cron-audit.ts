import { cronRuns } from '../ports/cron-daemon.js'
import { readCrontab } from '../ports/crontab.js'
import { cronLine, runsScript } from './cron-script.js'
import { blockText, findBlock, inBytes } from './crontab-block.js'
import type { Ailment, Machine, Schedule } from './scheduler.js'

/** What is wrong with a schedule of cron's besides its script: its lines in the crontab, and whether anybody reads them. */
export async function auditCron({ slug }: Schedule, machine: Machine): Promise<readonly Ailment[]> {
  // A line that a person wrote is theirs to choose.
  const lines = slug.startsWith('line ') ? [] : await auditLines(slug, machine)
  return [...lines, ...(await auditDaemon(machine))]
}

async function auditLines(slug: string, machine: Machine): Promise<readonly Ailment[]> {
  const crontab = await readCrontab(machine)
  if (!crontab.known) return [ailment('crontab-unreadable', `the crontab cannot be read: ${crontab.why}`, 'crontab -l')]
  const found = findBlock(crontab.value, slug)
  if (found !== 'none' && 'damage' in found) {
    return [ailment('crontab-damaged', `the block of schedule ${slug} in the crontab ${found.damage}`, 'crontab -e')]
  }
  if (!runsScript(crontab.value, slug, machine)) {
    return [ailment('crontab-line-missing', `the crontab has no line that starts checks of ${slug}`, install)]
  }
  // A line of somebody's own, outside of any block, is theirs to choose.
  if (found === 'none') return []
  const block = crontab.value.slice(found.start, found.end)
  if (block === inBytes(blockText(slug, cronLine(slug, machine)))) return []
  const because = `the block of ${slug} in the crontab is not what install writes`
  return [{ code: 'crontab-line-differs', severity: 'warning', because, mend: install }]
}

async function auditDaemon({ commands }: Machine): Promise<readonly Ailment[]> {
  const runs = await cronRuns(commands)
  if (runs.known) return []
  const mend = 'sudo systemctl enable --now cron'
  return [{ code: 'cron-not-running', severity: 'warning', because: runs.why, mend }]
}

const install = 'gt-heartbeat install --scheduler cron'
const ailment = (code: string, because: string, mend: string): Ailment => ({ code, severity: 'error', because, mend })
