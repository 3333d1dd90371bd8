import { join } from 'node:path'
import { parseAppointment } from '../domain/due.js'
import { modifiedAt, readText } from './files.js'

/** The file that `--if-due` and the shell helper go by. */
export const appointmentFile = (root: string): string => join(root, 'daemon/heartbeat/next')

/** The appointment as it stands in its file, with the file's time; undefined when there is none to be read. */
export function readAppointment(root: string) {
  const path = appointmentFile(root)
  const text = readText(path)
  const appointment = text.known && text.value !== null ? parseAppointment(text.value) : undefined
  return { appointment, writtenAt: modifiedAt(path) }
}
