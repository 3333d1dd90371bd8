import { Unavailable } from '../errors.js'
import { cron } from './cron.js'
import { launchd } from './launchd.js'
import type { Machine, Scheduler, SchedulerName } from './scheduler.js'
import { systemd } from './systemd.js'

/** Every scheduler; the first one that can be used is taken. */
export const schedulers: readonly Scheduler[] = [systemd, launchd, cron]

const byName: Readonly<Record<SchedulerName, Scheduler>> = { systemd, launchd, cron }

export const schedulerNamed = (name: SchedulerName): Scheduler => byName[name]

/** The scheduler that is wanted, else the first that can be used here. Throws Unavailable that says why none can. */
export async function chooseScheduler(machine: Machine, wanted?: SchedulerName): Promise<Scheduler> {
  const reasons: string[] = []
  for (const scheduler of wanted === undefined ? schedulers : [byName[wanted]]) {
    const why = await scheduler.whyNot(machine)
    if (why === undefined) return scheduler
    reasons.push(`${scheduler.name}: ${why}`)
  }
  if (wanted !== undefined) throw new Unavailable(`checks cannot be started by ${reasons.join('')}`)
  throw new Unavailable(`nothing here can start checks by itself\n${reasons.map((reason) => `  ${reason}`).join('\n')}`)
}
