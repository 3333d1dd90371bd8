const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Milliseconds as Go prints a duration: `0s`, `1.5s`, `250ms`, `2m0s`, `16571h9m0s`. Parts of a microsecond are cut off. */
export function goDuration(milliseconds: number): string {
  const sign = milliseconds < 0 ? '-' : ''
  const length = Math.abs(milliseconds)
  if (length < SECOND) return sign + belowASecond(Math.floor(length * 1000))
  const hours = Math.floor(length / HOUR)
  const minutes = Math.floor((length % HOUR) / MINUTE)
  const seconds = `${Math.floor((length % MINUTE) * 1000) / 1000 / SECOND}s`
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}`
  return minutes > 0 ? `${sign}${minutes}m${seconds}` : sign + seconds
}

/** The same, rounded to whole minutes, half a minute away from zero: 90 s is `2m0s`. */
export function goMinutes(milliseconds: number): string {
  return goDuration(Math.sign(milliseconds) * Math.floor(Math.abs(milliseconds) / MINUTE + 0.5) * MINUTE)
}

function belowASecond(microseconds: number): string {
  if (microseconds === 0) return '0s'
  return microseconds < 1000 ? `${microseconds}µs` : `${microseconds / 1000}ms`
}

const RFC3339 =
  /^\d{4}-\d\d-(?<day>\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.(?<fraction>\d+))?(?:Z|(?<zone>[+-](?:[01]\d|2[0-3]):[0-5]\d))$/
const WHOLE_SECONDS = '2025-12-29T22:07:00'.length

/** Epoch milliseconds of an RFC 3339 time, read as strictly as Go does (`T`, seconds and a zone must be there, the day
 *  must exist); undefined when it is none. Parts of a millisecond are cut off. */
export function parseGoTime(text: string): number | undefined {
  const { day, fraction = '', zone } = RFC3339.exec(text)?.groups ?? {}
  const there = Date.parse(`${text.slice(0, WHOLE_SECONDS)}Z`)
  // Date.parse takes the 30th of February for the 2nd of March.
  if (new Date(there).getUTCDate() !== Number(day)) return undefined
  return there + Number(fraction.slice(0, 3).padEnd(3, '0')) - (zone === undefined ? 0 : zoneLength(zone))
}

function zoneLength(zone: string): number {
  const length = Number(zone.slice(1, 3)) * HOUR + Number(zone.slice(4)) * MINUTE
  return zone.startsWith('-') ? -length : length
}

/** A moment (epoch ms) in RFC 3339, whole seconds, on a clock that many minutes east of UTC: `2025-12-29T22:07:00-08:00`. */
export function rfc3339(at: number, minutesEast: number): string {
  const { year, month, day, time } = clock(at, minutesEast)
  return `${year}-${month}-${day}T${time}${zoneOf(minutesEast)}`
}

/** The stamp of a line of daemon.log, as Go's logger writes it: `2025/12/29 22:07:00`, on a clock that many minutes east of UTC. */
export function logStamp(at: number, minutesEast: number): string {
  const { year, month, day, time } = clock(at, minutesEast)
  return `${year}/${month}/${day} ${time}`
}

function clock(at: number, minutesEast: number) {
  const date = new Date(at + minutesEast * MINUTE)
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':')
  const year = String(date.getUTCFullYear()).padStart(4, '0')
  return { year, month: two(date.getUTCMonth() + 1), day: two(date.getUTCDate()), time }
}

function zoneOf(minutesEast: number): string {
  if (minutesEast === 0) return 'Z'
  const length = Math.abs(minutesEast)
  return `${minutesEast < 0 ? '-' : '+'}${two(Math.floor(length / 60))}:${two(length % 60)}`
}

const two = (count: number): string => String(count).padStart(2, '0')
