import { join } from 'node:path'
import { appointmentLine } from '../domain/due.js'
import { type Next, plannedAt, shortestInterval, soonest } from '../domain/schedule.js'
import type { IntervalStep } from '../domain/settings.js'
import { appointmentFile, readAppointment } from './appointment-file.js'
import { readText } from './files.js'
import { writeText } from './write-file.js'

const SECOND = 1000
const readable = 0o644

/** Writes the interval in whole seconds: for people's shell scripts. */
export function writeInterval(root: string, { intervalSeconds }: Next): void {
  const path = join(root, 'daemon/next-interval')
  const text = `${intervalSeconds}\n`
  const before = readText(path)
  // In most checks it is what it was.
  if (!before.known || before.value !== text) writeText(path, text, readable)
}

/** A heartbeat that is over. Epoch ms. */
interface Over {
  readonly startedAt: number
  readonly endedAt: number
  readonly intervals: readonly IntervalStep[]
}

/** Writes the appointment after a heartbeat: last of all, so that the town's own traces of it are older. */
export function writeAppointment(root: string, next: Next, { startedAt, endedAt, intervals }: Over): void {
  const last = plannedAt(Math.min(startedAt, endedAt))
  const earliest = Math.max(last + shortestInterval(intervals), endedAt + soonest)
  const [from, to] = [Math.floor(earliest / SECOND), next.at / SECOND]
  writeText(appointmentFile(root), appointmentLine({ last: last / SECOND, earliest: from, next: to }), readable)
}

/** The next heartbeat brought forward to `next`, never put off. No readable appointment: a heartbeat is due at once, and stays so. */
export function bringForward(root: string, next: Next): void {
  const { appointment } = readAppointment(root)
  const at = next.at / SECOND
  if (appointment !== undefined && appointment.next <= at) return
  writeInterval(root, next)
  if (appointment === undefined) return
  const earliest = Math.min(appointment.earliest, at)
  writeText(appointmentFile(root), appointmentLine({ ...appointment, earliest, next: at }), readable)
}
