import { join } from 'node:path'
import type { Ailment } from './scheduler.js'
import type { Properties } from './systemd-show.js'

/** The two units that start others, and the town that they are there for. */
interface Starters {
  readonly timer: string
  readonly path: string
  readonly town: string
  of(unit: string): Properties
}

/** What keeps the timer from ticking, and requests from being processed at once. */
export function auditTimer({ timer, path, town, of }: Starters): readonly Ailment[] {
  const sight = of(timer)
  if (sight['LoadState'] !== 'loaded') return []
  const isActive = sight['ActiveState'] === 'active'
  return [
    ...(isEnabled(sight) ? [] : [disabled(timer, isActive)]),
    ...(isActive ? [] : [inactive(timer, sight)]),
    ...(isActive && isDead(sight) ? [dead(timer)] : []),
    ...(isActive && of(path)['LoadState'] === 'loaded' ? auditPath(path, town, of(path)) : []),
  ]
}

const isEnabled = ({ UnitFileState }: Properties): boolean => /^(enabled|linked|alias)/.test(UnitFileState ?? '')

/** A timer that waits for nothing: neither clock has a time for it. One whose tick runs at this moment may have none either. */
function isDead({ SubState, NextElapseUSecRealtime, NextElapseUSecMonotonic }: Properties): boolean {
  const none = [NextElapseUSecRealtime, NextElapseUSecMonotonic].every(
    (next) => !next || /^(infinity|n\/a)$/.test(next),
  )
  return SubState !== 'running' && none
}

const disabled = (timer: string, isActive: boolean): Ailment => ({
  code: 'timer-disabled',
  severity: isActive ? 'warning' : 'error',
  because: `${timer} is not enabled: it is gone after the next login or boot`,
  mend: `systemctl --user enable --now ${timer}`,
})

function inactive(timer: string, { ActiveState, Result }: Properties): Ailment {
  const isFailed = ActiveState === 'failed'
  return {
    code: 'timer-inactive',
    severity: 'error',
    because: `${timer} is ${isFailed ? `failed (${Result})` : 'stopped'}: nothing starts checks`,
    mend: `${isFailed ? `systemctl --user reset-failed ${timer}; ` : ''}systemctl --user enable --now ${timer}`,
  }
}

const dead = (timer: string): Ailment => ({
  code: 'timer-dead',
  severity: 'error',
  because: `${timer} is active and will never tick again: it has no next time`,
  mend: `systemctl --user restart ${timer}`,
})

function auditPath(path: string, town: string, { ActiveState, Result, Paths }: Properties): readonly Ailment[] {
  const folder = join(town, 'daemon/requests')
  if (ActiveState !== 'active') {
    const isFailed = ActiveState === 'failed'
    const because = `${path} is ${isFailed ? `failed (${Result})` : 'stopped'}: a file in ${folder} waits for the next check`
    const mend = `${isFailed ? `systemctl --user reset-failed ${path}; ` : ''}systemctl --user start ${path}`
    return [{ code: isFailed ? 'path-failed' : 'path-inactive', severity: 'warning', because, mend }]
  }
  const isOurs = (Paths ?? '').split('\n').some((line) => line.replace(/ \(\w+\)$/, '') === folder)
  if (isOurs) return []
  const because = `${path} watches ${(Paths ?? '').replaceAll('\n', ', ') || 'nothing'}, and this town's requests come to ${folder}`
  return [{ code: 'path-elsewhere', severity: 'warning', because, mend: 'gt-heartbeat install' }]
}
