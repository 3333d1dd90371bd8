const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const WRITTEN = /^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/

/** Milliseconds of a time written `90s`, `5m` or `1h30m`; undefined when it is not written so. */
export function parseDuration(text: string): number | undefined {
  const match = WRITTEN.exec(text)
  if (text === '' || match === null) return undefined
  const [, hours = '0', minutes = '0', seconds = '0'] = match
  return Number(hours) * HOUR + Number(minutes) * MINUTE + Number(seconds) * SECOND
}

/** Milliseconds as `90s`, `5m` or `1h30m`, in a form that `parseDuration` reads; parts of a second are cut off, none are less than `0s`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / SECOND))
  if (seconds < 120 && seconds % 60 !== 0) return `${seconds}s`
  const parts = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'm'],
    [seconds % 60, 's'],
  ] as const
  return parts.map(([count, unit]) => (count > 0 ? `${count}${unit}` : '')).join('') || '0s'
}

/** An age for people: the same, but whole minutes from ten minutes on, whole hours from two days on. */
export function formatAge(milliseconds: number): string {
  if (milliseconds < 10 * MINUTE) return formatDuration(milliseconds)
  const step = milliseconds < 2 * DAY ? MINUTE : HOUR
  return formatDuration(Math.floor(milliseconds / step) * step)
}
