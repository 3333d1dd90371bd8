import { join } from 'node:path'
import { activityFilesOf } from './dialects/activity-files.js'
import { plainOutput } from './domain/plain.js'
import { redactionFor } from './domain/redaction.js'
import { notDue } from './gate/not-due.js'
import { appointmentFile } from './ports/appointment-file.js'
import { now } from './ports/clock.js'
import { changedAt, modifiedAt } from './ports/files.js'
import { findProgram } from './ports/program-path.js'
import type { Heartbeat } from './remember/account.js'
import { standingNext } from './remember/standing-next.js'
import { closedOut } from './report/closed-out.js'
import { paintFor } from './report/paint.js'
import { reportLines } from './report.js'
import { townRoot } from './town-root.js'
import { version } from './version.js'

type Environment = Readonly<Record<string, string | undefined>>

/** What a check says for which none is due, where so little can tell: a part of the program that is loaded before all others. Undefined: the
 *  whole program decides, as it does for every command line but the plain ones of schedulers, and says the same. */
export function leaveAtOnce(words: readonly string[], env: Environment): string | undefined {
  const wish = wishOf(words)
  if (wish === undefined || (env['GT_HEARTBEAT_OPTS'] ?? '').trim() !== '') return undefined
  try {
    const root = townRoot({ town: wish.town, env, cwd: process.cwd() })
    const at = now()
    if (!isSound(root, env)) return undefined
    const gate = notDue(root, activityFilesOf(root, env), at)
    if (gate === undefined) return undefined
    if (wish.quiet) return ''
    return plainOutput(redactionFor(env)(linesOf(root, closedOut(gate, at, standingNext(root, at)), at)), false)
  } catch {
    return undefined
  }
}

/** What the plain command lines ask for; undefined: they are not so plain. */
function wishOf(words: readonly string[]): { readonly town?: string | undefined; readonly quiet: boolean } | undefined {
  const at = words.indexOf('--town')
  const rest = at < 0 ? words : words.toSpliced(at, 2)
  const isPlain = rest.every((word) => ['--once', '--if-due', '--quiet', '-q'].includes(word))
  const isWhole = rest.includes('--once') && rest.includes('--if-due') && (at < 0 || Boolean(words[at + 1]))
  if (!isPlain || !isWhole) return undefined
  return { town: at < 0 ? undefined : words[at + 1], quiet: rest.includes('--quiet') || rest.includes('-q') }
}

/** There is nothing to be said before: a check after the configuration's last change wrote down when the next one is due, and tmux is there. */
function isSound(root: string, env: Environment): boolean {
  const changed = changedAt(join(root, 'daemon/heartbeat.config.json'))
  const written = modifiedAt(appointmentFile(root)) ?? 0
  return (changed === undefined || changed < written) && findProgram('tmux', env) !== undefined
}

function linesOf(root: string, heartbeat: Heartbeat, startedAt: number): string {
  const run = { id: '', version, startedAt, mode: 'heartbeat', dryRun: false, trigger: 'manual' } as const
  const told = { run, town: { root, dialect: null, socket: null }, heartbeat, children: [] }
  const lines = reportLines(told, { volume: 'normal', paint: paintFor(false) })
  return lines.map((line) => `${line}\n`).join('')
}
