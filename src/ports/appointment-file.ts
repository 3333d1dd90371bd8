import { join } from 'node:path'
import { appointmentLine, parseAppointment } from '../domain/due.js'
import { type Next, shortestInterval } from '../domain/schedule.js'
import type { IntervalStep } from '../domain/settings.js'
import { modifiedAt, readText } from './files.js'
import { writeText } from './write-file.js'

/** The file that `--if-due` and the shell helper go by. */
export const appointmentFile = (root: string): string => join(root, 'daemon/heartbeat/next')

const SECOND = 1000
const readable = 0o644

/** The appointment as it stands in its file, with the file's time; undefined when there is none to be read. */
export function readAppointment(root: string) {
  const path = appointmentFile(root)
  const text = readText(path)
  const appointment = text.known && text.value !== null ? parseAppointment(text.value) : undefined
  return { appointment, writtenAt: modifiedAt(path) }
}

/** Writes whole seconds until the next heartbeat: for people's shell scripts. */
export function writeInterval(root: string, { intervalSeconds }: Next): void {
  writeText(join(root, 'daemon/next-interval'), `${intervalSeconds}\n`, readable)
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
