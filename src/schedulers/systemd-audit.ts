import type { Ailment, Machine, Schedule } from './scheduler.js'
import { auditChain } from './systemd-audit-chain.js'
import { auditLeftovers } from './systemd-audit-leftovers.js'
import { auditLinger } from './systemd-audit-linger.js'
import { auditService } from './systemd-audit-service.js'
import { auditTimer } from './systemd-audit-timer.js'
import { type Properties, showUnits } from './systemd-show.js'
import { instanceOf } from './systemd-units.js'

/** What is wrong with a schedule of systemd's, by what the user's manager has in effect: drop-ins count as well as files. */
export async function auditSystemd(schedule: Schedule, machine: Machine): Promise<readonly Ailment[]> {
  const instance = instanceOf(schedule.slug)
  const units = unitNames(instance)
  const shown = await showUnits(machine, [...Object.values(units), `gt-rearm${instance}.timer`])
  if (!shown.known) return [unreachable(shown.why, machine)]
  const of = (unit: string): Properties => shown.value.get(unit) ?? {}
  const timer = of(units.timer)
  return [
    ...Object.values(units).flatMap((unit) => auditUnit(unit, of(unit))),
    ...auditTimer({ timer: units.timer, path: units.path, town: schedule.town, of }),
    ...[units.heartbeat, units.lifecycle].flatMap((unit) => auditService(unit, of(unit))),
    ...auditChain({ town: schedule.town, timer, armed: of(`gt-rearm${instance}.timer`), service: of(units.heartbeat) }),
    ...(await auditLeftovers(servicesOf([units.heartbeat, units.lifecycle, units.tick], of), machine)),
    ...(await auditLinger(machine)),
  ]
}

const servicesOf = (units: readonly string[], of: (unit: string) => Properties) =>
  Object.fromEntries(units.map((unit) => [unit, of(unit)]))

const unitNames = (instance: string) =>
  ({
    timer: `gt-heartbeat${instance}.timer`,
    tick: `gt-rearm${instance}.service`,
    heartbeat: `gt-heartbeat${instance}.service`,
    lifecycle: `gt-lifecycle${instance}.service`,
    path: `gt-lifecycle${instance}.path`,
    failed: `gt-heartbeat-failed${instance}.service`,
  }) as const

/** No answer is no proof that anything is wrong with the units: this is the only thing that is said. */
function unreachable(why: string, { env, uid }: Machine): Ailment {
  const folder = env['XDG_RUNTIME_DIR']
  const because = `the user's systemd does not answer: ${why}${folder ? '' : '; XDG_RUNTIME_DIR is not set here'}`
  const mend = folder ? `systemctl --user status` : `export XDG_RUNTIME_DIR=/run/user/${uid}`
  return { code: 'manager-unreachable', severity: 'error', because, mend }
}

/** Whether a unit is there at all, and as it stands in its file. */
function auditUnit(unit: string, { LoadState, LoadError, NeedDaemonReload }: Properties): readonly Ailment[] {
  if (LoadState === 'not-found') return [error('unit-missing', `${unit} is not there`, 'gt-heartbeat install')]
  if (LoadState === 'masked') return [error('unit-masked', `${unit} is masked`, `systemctl --user unmask ${unit}`)]
  if (LoadState !== 'loaded') {
    const words = `${unit} cannot be loaded: ${(LoadError ?? '').replace(/^\S+ "?|"$/g, '') || LoadState}`
    return [error('unit-broken', words, 'gt-heartbeat install')]
  }
  if (NeedDaemonReload !== 'yes') return []
  const because = `${unit}: its file was changed and the manager still goes by the old one`
  return [{ code: 'reload-needed', severity: 'warning', because, mend: 'systemctl --user daemon-reload' }]
}

const error = (code: string, because: string, mend: string): Ailment => ({ code, severity: 'error', because, mend })
