import { cannotTell, type Known, known } from '../domain/known.js'
import type { Commands } from './command.js'
import { allProcesses } from './processes.js'

const names = new Set(['cron', 'crond', 'cronie', 'fcron', 'dcron', 'bcron-sched'])

/** Whether a cron daemon runs. One that cannot be seen may run all the same: then nobody can tell. */
export async function cronRuns(commands: Commands): Promise<Known<true>> {
  const processes = await allProcesses(commands)
  if (!processes.known) return processes
  if (processes.value.some(({ comm, state }) => names.has(comm) && state !== 'Z')) return known(true)
  return cannotTell('no cron daemon can be seen among the processes of this machine')
}
