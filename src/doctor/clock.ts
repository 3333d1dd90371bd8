import { join } from 'node:path'
import { formatAge } from '../domain/duration.js'
import { readAppointment } from '../ports/appointment-file.js'
import { openLedger } from '../ports/ledger-file.js'
import type { Ailment } from '../schedulers/scheduler.js'
import { error, type Patient, warning } from './patient.js'

/** A check and its files may differ by this much without anybody having touched the clock, milliseconds. */
const tolerance = 2 * 60_000

/** Nobody can run this before it was written. */
const released = Date.parse('2026-01-01T00:00:00Z')

/** Whether the clock is wrong, or was set back since the last check. */
export async function clock({ now, place }: Patient): Promise<readonly Ailment[]> {
  const today = new Date(now).toISOString().slice(0, 10)
  if (now < released) return [error('clock-wrong', `the clock says ${today}`, 'sudo timedatectl set-ntp true')]
  const ahead = lastCheck(place.root, now) - now
  if (ahead <= tolerance) return []
  const because = `the last check lies ${formatAge(ahead)} in the future: the clock was set back, or was wrong then`
  return [warning('clock-back', because, 'gt-heartbeat --once')]
}

/** The latest moment that a check wrote down, epoch ms. */
function lastCheck(root: string, now: number): number {
  const { appointment } = readAppointment(root)
  const ledger = openLedger(join(root, 'daemon/heartbeat/ledger.json'), { now, readOnly: true }).current()
  return Math.max((appointment?.last ?? 0) * 1000, ledger.lastCheck?.endedAt ?? 0)
}
