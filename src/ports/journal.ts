import { fstatSync } from 'node:fs'

type Environment = Readonly<Record<string, string | undefined>>

/** Whether what is printed goes to the systemd journal, where `<3>` before a line is its priority. */
export function isJournal(env: Environment): boolean {
  const stream = env['JOURNAL_STREAM']
  if (stream === undefined) return false
  try {
    const { dev, ino } = fstatSync(1, { bigint: true })
    return stream === `${dev}:${ino}`
  } catch {
    return false
  }
}
