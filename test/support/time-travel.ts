import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The only way to give a real record an age: bd itself always writes the present. */
const SHIFT = `
import datetime, re, sqlite3, sys
path, issue, column, seconds = sys.argv[1:5]
store = sqlite3.connect(path)
def earlier(text):
    at = datetime.datetime.fromisoformat(re.sub(r'\\.\\d+', '', text).replace('Z', '+00:00'))
    return (at - datetime.timedelta(seconds=float(seconds))).isoformat().replace('+00:00', 'Z')
(was,) = store.execute('select ' + column + ' from issues where id = ?', (issue,)).fetchone()
store.execute('update issues set ' + column + ' = ? where id = ?', (earlier(was), issue))
store.commit()
`

export interface RecordedTime {
  /** The folder whose `.beads` holds it. */
  readonly folder: string
  readonly id: string
  readonly column: 'updated_at' | 'created_at'
}

/** Makes one time of a record in a real bd database so many seconds older. */
export function ageRecord(python: string, { folder, id, column }: RecordedTime, seconds: number): void {
  execFileSync(python, ['-c', SHIFT, join(folder, '.beads/beads.db'), id, column, String(seconds)])
}

/** Any number that can only be a moment: epoch milliseconds of this century. */
const isMoment = (value: unknown): value is number => typeof value === 'number' && value > 1e12

/** Moves all that a check remembers so many seconds into the past, as if that much time had gone by since. */
export function ageMemory(root: string, seconds: number): void {
  const path = join(root, 'daemon/heartbeat/ledger.json')
  const older = (_: string, value: unknown): unknown => (isMoment(value) ? value - seconds * 1000 : value)
  writeFileSync(path, JSON.stringify(JSON.parse(readFileSync(path, 'utf8'), older), null, 2))
}

/** A town in which nobody has typed a gt or bd command for so many seconds; returns the file that says so. */
export function lastActivity(root: string, secondsAgo: number): string {
  const path = join(root, 'daemon/activity.json')
  const at = new Date(Date.now() - secondsAgo * 1000)
  if (!existsSync(path)) throw new Error(`no activity yet: ${path}`)
  writeFileSync(path, JSON.stringify({ last_command: 'gt status', timestamp: at.toISOString() }))
  utimesSync(path, at, at)
  return path
}
