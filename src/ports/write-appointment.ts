import { join } from 'node:path'
import { appointmentLine } from '../domain/due.js'
import { type Next, shortestInterval } from '../domain/schedule.js'
import type { IntervalStep } from '../domain/settings.js'
import { appointmentFile, readAppointment } from './appointment-file.js'
import { readText } from './files.js'
import { writeText } from './write-file.js'

const SECOND = 1000
const readable = 0o644

/** Writes whole seconds until the next heartbeat: for people's shell scripts. */
export function writeInterval(root: string, { intervalSeconds }: Next): void {
  const path = join(root, 'daemon/next-interval')
  const text = `${intervalSeconds}\n`
  const before = readText(path)
  // In most checks it is what it was.
  if (!before.known || before.value !== text) writeText(path, text, readable)
}

/** Writes the appointment after a heartbeat: last of all, so that the town's own traces of it are older. */
export function writeAppointment(root: string, next: Next, intervals: readonly IntervalStep[]): void {
  const at = next.at / SECOND
  const last = at - next.intervalSeconds
  const earliest = last + Math.ceil(shortestInterval(intervals) / SECOND)
  writeText(appointmentFile(root), appointmentLine({ last, earliest, next: at }), readable)
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
