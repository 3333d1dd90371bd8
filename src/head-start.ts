import { sampleActivity } from './dialects/activity-files.js'
import { misleading, quietEnvironment } from './dialects/child-environment.js'
import { plainRequest } from './plain-line.js'
import { now } from './ports/clock.js'
import { areOfThisConfiguration, readFirstQuestions } from './ports/first-questions.js'
import { askAhead, type HeadStart } from './ports/head-start.js'
import { type Holder, lockFile, readHolder } from './ports/lock-holder.js'
import { isOurs } from './ports/own-process.js'
import { findProgram } from './ports/program-path.js'
import { stopSignals } from './stop-signals.js'
import { townRoot } from './town-root.js'

type Environment = Readonly<Record<string, string | undefined>>

/** Puts what the last check asked bd first to it again, while most of the program is still to be loaded: a part of its own, loaded before. Undefined
 *  wherever not even a look might come of this check (another one at work, a flaw of the town), and where it might ask something else. Nothing is
 *  believed for it: the check asks its gate, and takes the answers to what it asks itself. */
export function headStart(words: readonly string[], env: Environment): HeadStart | undefined {
  try {
    const request = plainRequest(words, env)
    if (request?.verb !== 'check' || request.mode !== 'heartbeat') return undefined
    const root = townRoot({ town: request.flags.town, env, cwd: process.cwd() })
    const holder = readHolder(lockFile(root))
    if (holder === undefined || isOurs(holder.pid) || !mayLook(root, env)) return undefined
    return askAgain(root, env, holder)
  } catch {
    return undefined
  }
}

/** Whether the town has no flaw that forbids even a look, and bd would be asked where it was, as far as a few files tell. */
const mayLook = (root: string, env: Environment): boolean =>
  areOfThisConfiguration(root) &&
  !Object.keys(env).some((name) => misleading.has(name)) &&
  findProgram('tmux', env) !== undefined

function askAgain(root: string, env: Environment, after: Holder): HeadStart | undefined {
  const bd = findProgram('bd', env)
  const questions = readFirstQuestions(root).map(({ args, cwd, with: more }) => {
    return { args, cwd, env: quietEnvironment(env, more) }
  })
  if (bd === undefined || questions.length === 0) return undefined
  // From here on the check ends them, whichever way it ends; what tells it to stop is heard once it is loaded.
  for (const signal of stopSignals) process.on(signal, () => undefined)
  const asked = askAhead(questions, bd, { after, activity: sampleActivity(root, env, now()) })
  process.once('exit', asked.end)
  return asked
}
