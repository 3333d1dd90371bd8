/** The line of `daemon/heartbeat/next`, in epoch seconds. */
export interface Appointment {
  readonly last: number
  /** Activity in the town brings no check before this. */
  readonly earliest: number
  readonly next: number
}

/** With one digit more a time has no year of four digits any more, and cannot be told. */
const LINE = /^(\d{1,11}) (\d{1,11}) (\d{1,11})\n?$/

/** Reads `LAST EARLIEST NEXT`; undefined when the text is anything else. */
export function parseAppointment(text: string): Appointment | undefined {
  const match = LINE.exec(text)
  if (match === null) return undefined
  return { last: Number(match[1]), earliest: Number(match[2]), next: Number(match[3]) }
}

/** The line as it is written, with its newline. */
export const appointmentLine = ({ last, earliest, next }: Appointment): string => `${last} ${earliest} ${next}\n`

/** When that line was written, when the town's activity files changed, and when a request was dropped that still lies there; epoch ms. */
export interface Signs {
  readonly now: number
  readonly writtenAt: number | undefined
  readonly activityAt: readonly number[]
  readonly requestedAt?: number | undefined
}

/** Whether a heartbeat is due. No readable appointment: yes. The shell helper goes by the same rule. */
export function isDue(
  appointment: Appointment | undefined,
  { now, writtenAt, activityAt, requestedAt }: Signs,
): boolean {
  if (appointment === undefined || writtenAt === undefined) return true
  const seconds = Math.floor(now / 1000)
  if (seconds < appointment.last || seconds >= appointment.next) return true
  // Not older: a check has taken out what it has seen, or has not been able to.
  if (requestedAt !== undefined && requestedAt >= writtenAt) return true
  return seconds >= appointment.earliest && activityAt.some((at) => at > writtenAt)
}
