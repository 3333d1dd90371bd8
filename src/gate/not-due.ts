import { isDue } from '../domain/due.js'
import { exitCodes } from '../exit-codes.js'
import type { ClosedGate } from '../gate.js'
import { readAppointment } from '../ports/appointment-file.js'
import { modifiedAt } from '../ports/files.js'
import { requestedAt } from '../ports/requests-folder.js'

/** For `--if-due`: whether a heartbeat is not due yet, by the appointment of the last one, the files that tell of activity, and requests. */
export function notDue(root: string, activityFiles: readonly string[], now: number): ClosedGate | undefined {
  const { appointment, writtenAt } = readAppointment(root)
  const times = activityFiles.map(modifiedAt)
  const activityAt = times.filter((time) => time !== undefined)
  if (isDue(appointment, { now, writtenAt, activityAt, requestedAt: requestedAt(root) })) return undefined
  return { open: false, reason: 'not-due', mayLook: false, because: 'no heartbeat is due yet', exitCode: exitCodes.ok }
}
