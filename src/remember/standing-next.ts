import { dueNow, type Next } from '../domain/schedule.js'
import { readAppointment } from '../ports/appointment-file.js'

/** The next heartbeat as its file has it; without a readable one it is due at once. */
export function standingNext(root: string, now: number): Next {
  const { appointment } = readAppointment(root)
  if (appointment === undefined) return dueNow(now, 'nothing says when the next heartbeat is due')
  const intervalSeconds = Math.max(0, appointment.next - Math.floor(now / 1000))
  return { idleSeconds: null, intervalSeconds, at: appointment.next * 1000, reason: 'as the last heartbeat set it' }
}
