import { formatAge } from '../domain/duration.js'
import { enoughToTell, rowOf } from '../domain/failing.js'
import { readAppointment } from '../ports/appointment-file.js'
import { readHistory } from '../remember/read-history.js'
import type { Ailment } from '../schedulers/scheduler.js'
import { unitOf } from '../schedulers/systemd-units.js'
import { error, type Patient, warning } from './patient.js'

/** A due check comes with the next tick, 5 min later at most, and takes its time: so long after the written time it is missed, milliseconds. */
const grace = 6 * 60_000
/** So many checks of the history are looked at. */
const lookBack = 50

/** Whether checks come when they are due, and whether they end well. */
export async function checks(patient: Patient): Promise<readonly Ailment[]> {
  const past = readHistory(patient.place.root, lookBack)
  if (past.why !== undefined) return [error('town-unreadable', past.why, undefined)]
  const heartbeats = past.checks.filter(({ check }) => check.mode === 'heartbeat')
  if (heartbeats.length === 0) {
    return [warning('never-checked', 'no check has ended here yet', 'gt-heartbeat --once')]
  }
  const ends = heartbeats.map(({ check }) => ({ at: Date.parse(check.at), exitCode: check.exitCode }))
  const { failed } = rowOf(ends)
  const last = heartbeats.at(-1)?.check
  return [
    ...overdue(patient),
    ...(failed.length < enoughToTell || last === undefined ? [] : [failing(failed.length, whyOf(last))]),
  ]
}

function overdue({ now, place, schedules }: Patient): readonly Ailment[] {
  const { appointment } = readAppointment(place.root)
  const starter = schedules.known ? schedules.value[0] : undefined
  if (starter === undefined || appointment === undefined) return []
  const late = now - appointment.next * 1000
  if (late <= grace) return []
  const mend =
    starter.scheduler.name === 'systemd'
      ? `journalctl --user -u ${unitOf(starter.slug, 'gt-heartbeat', 'service')} -n 50`
      : 'gt-heartbeat --once'
  return [
    error('check-overdue', `a check is due for ${formatAge(late)}, and none came (${starter.scheduler.name})`, mend),
  ]
}

function failing(count: number, why: string): Ailment {
  return warning('checks-failing', `the last ${count} checks failed: ${why}`, 'gt-heartbeat history')
}

type Check = ReturnType<typeof readHistory>['checks'][number]['check']

function whyOf({ gate, blindSpots, verdict, exitCode }: Check): string {
  const [blind] = blindSpots
  return gate?.because ?? (blind === undefined ? `${verdict} (${exitCode})` : `${blind.what}: ${blind.why}`)
}
