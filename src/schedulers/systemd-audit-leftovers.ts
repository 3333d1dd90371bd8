import { processOf } from '../ports/processes.js'
import { controlGroupOf, processesIn } from '../ports/unit-of.js'
import type { Ailment, Machine } from './scheduler.js'
import { type Properties, showUnits } from './systemd-show.js'

/** Services by name, as the manager shows them. */
type Services = Readonly<Record<string, Properties>>

/** Whether something that a check started still runs in a unit whose check is over. A tmux server there is told for itself, with all that is in it. */
export async function auditLeftovers(services: Services, machine: Machine): Promise<readonly Ailment[]> {
  const over = Object.keys(services).filter((unit) => !isAtWork(services[unit] ?? {}))
  const pids = await inThisManager(processesIn(over), services, machine)
  if (pids.length === 0 || pids.some(isTmux)) return []
  const because = `${pids.length === 1 ? 'a process' : `${pids.length} processes`} of an earlier check never ended (${over.join(', ')})`
  return [{ code: 'left-processes', severity: 'warning', because, mend: `ps -fp ${pids.join(',')}` }]
}

const isAtWork = ({ ActiveState }: Properties): boolean =>
  /^(active|(de)?activating|reloading)$/.test(ActiveState ?? '')

/** Of these processes those of this user's own manager: another one, in a container say, may have units of the same names. */
async function inThisManager(
  pids: readonly number[],
  services: Services,
  machine: Machine,
): Promise<readonly number[]> {
  if (pids.length === 0) return []
  const slices = Object.values(services).flatMap(({ Slice }) => (Slice ? [Slice] : []))
  const shown = await showUnits(machine, [...new Set(slices)])
  if (!shown.known) return []
  const groups = Object.entries(services).map(
    ([unit, { Slice = '' }]) => `${shown.value.get(Slice)?.['ControlGroup']}/${unit}`,
  )
  return pids.filter((pid) => groups.includes(controlGroupOf(pid)))
}

function isTmux(pid: number): boolean {
  try {
    return processOf(pid)?.comm.startsWith('tmux') === true
  } catch {
    return false
  }
}
