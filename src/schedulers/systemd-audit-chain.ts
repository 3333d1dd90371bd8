import { readAppointment } from '../ports/appointment-file.js'
import { now } from '../ports/clock.js'
import type { Ailment } from './scheduler.js'
import type { Properties } from './systemd-show.js'

interface Chain {
  readonly town: string
  /** The base timer. */
  readonly timer: Properties
  /** The timer that is armed for the exact time. */
  readonly armed: Properties
  /** The check's own service. */
  readonly service: Properties
}

/** Whether the written next time is armed. Without that the static tick alone goes on: checks come up to 5 min late. */
export function auditChain({ town, timer, armed, service }: Chain): readonly Ailment[] {
  const { appointment } = readAppointment(town)
  const isBase = timer['ActiveState'] === 'active'
  const isAtWork = service['ActiveState'] === 'activating'
  if (!isBase || isAtWork || appointment === undefined || appointment.next * 1000 <= now()) return []
  if (armed['ActiveState'] === 'active') return []
  const at = new Date(appointment.next * 1000).toTimeString().slice(0, 8)
  const because = `nothing is armed for the next check, at ${at}: only the tick of every 5 minutes starts it`
  return [{ code: 'chain-broken', severity: 'warning', because, mend: 'gt-heartbeat rearm' }]
}
