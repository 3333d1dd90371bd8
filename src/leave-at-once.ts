import { activityFilesOf } from './dialects/activity-files.js'
import { plainOutput } from './domain/plain.js'
import { redactionFor } from './domain/redaction.js'
import { notDue } from './gate/not-due.js'
import { plainRequest } from './plain-line.js'
import { appointmentFile } from './ports/appointment-file.js'
import { now } from './ports/clock.js'
import { modifiedAt } from './ports/files.js'
import { isAsItWasAt } from './ports/own-configuration.js'
import { findProgram } from './ports/program-path.js'
import type { Heartbeat } from './remember/account.js'
import { standingNext } from './remember/standing-next.js'
import { closedOut } from './report/closed-out.js'
import { paintFor } from './report/paint.js'
import { reportLines } from './report.js'
import type { Flags, Request } from './request.js'
import { townRoot } from './town-root.js'
import { version } from './version.js'

type Environment = Readonly<Record<string, string | undefined>>

/** What a check says for which none is due, where so little can tell: a part of the program that is loaded before all others. Null: none is
 *  due, and the whole program says so. Undefined: the whole program decides, and says the same. */
export function leaveAtOnce(words: readonly string[], env: Environment): string | null | undefined {
  const flags = wishOf(plainRequest(words, env))
  if (flags === undefined) return undefined
  const { ifDue: _, town, quiet, ...more } = flags
  try {
    const root = townRoot({ town, env, cwd: process.cwd() })
    const at = now()
    if (!isSound(root, env)) return undefined
    const gate = notDue(root, activityFilesOf(root, env), at)
    if (gate === undefined) return undefined
    if (Object.keys(more).length > 0) return null
    if (quiet) return ''
    return plainOutput(redactionFor(env)(linesOf(root, closedOut(gate, at, standingNext(root, at)), at)), false)
  } catch {
    return undefined
  }
}

const wishOf = (request: Request | undefined): Flags | undefined =>
  request?.verb === 'check' && request.flags.ifDue ? request.flags : undefined

/** There is nothing to be said before: a check after the configuration's last change wrote down when the next one is due, and tmux is there. */
function isSound(root: string, env: Environment): boolean {
  return isAsItWasAt(root, modifiedAt(appointmentFile(root)) ?? 0) && findProgram('tmux', env) !== undefined
}

function linesOf(root: string, heartbeat: Heartbeat, startedAt: number): string {
  const run = { id: '', version, startedAt, mode: 'heartbeat', dryRun: false, trigger: 'manual' } as const
  const told = { run, town: { root, dialect: null, socket: null }, heartbeat, children: [] }
  const lines = reportLines(told, { volume: 'normal', paint: paintFor(false) })
  return lines.map((line) => `${line}\n`).join('')
}
