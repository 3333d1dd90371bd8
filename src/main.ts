import { isatty } from 'node:tty'
import { plainOutput } from './domain/plain.js'
import { priorities, priorityOf } from './domain/priority.js'
import { redactionFor } from './domain/redaction.js'
import { Busy, ConfigError, InstallError, Unavailable, UsageError } from './errors.js'
import { exitCodes } from './exit-codes.js'
import type { HeadStart } from './ports/head-start.js'
import { withPriorities } from './ports/journal.js'
import { run } from './run.js'
import { stopSignals } from './stop-signals.js'

type Ending = Awaited<ReturnType<typeof run>>

const { env } = process
const ends: (() => void)[] = []

/** No new deed: the children's process groups are ended, then the process dies as it was told to. */
function die(signal: NodeJS.Signals): void {
  for (const end of ends) end()
  for (const name of stopSignals) process.removeAllListeners(name)
  process.kill(process.pid, signal)
}

function endingOf(error: unknown): Ending {
  const said = (exitCode: number, text: unknown) => ({ stdout: '', stderr: `gt-heartbeat: ${text}\n`, exitCode })
  if (error instanceof UsageError) return said(exitCodes.usage, error.message)
  if (error instanceof ConfigError) return said(exitCodes.config, error.message)
  if (error instanceof Unavailable || error instanceof InstallError) return said(exitCodes.unavailable, error.message)
  if (error instanceof Busy) return said(exitCodes.busy, error.message)
  if (error instanceof Error && error.name === 'NotWhole') return said(exitCodes.unknown, error.message)
  return said(exitCodes.unknown, error instanceof Error ? error.stack : error)
}

/** Resolves when all of it is out, or when nobody reads any more. */
function write(stream: 'stdout' | 'stderr', text: string): Promise<void> {
  return new Promise((resolve) => {
    if (text === '') return resolve()
    process[stream].on('error', () => undefined).write(text, () => resolve())
  })
}

function workingFolder(): string {
  try {
    return process.cwd()
  } catch {
    return '/'
  }
}

/** Does what the command line says. `headStart`: what bd was asked already; it ends with this. */
export async function main(headStart: HeadStart | undefined): Promise<void> {
  if (headStart) ends.push(headStart.end)
  for (const signal of stopSignals) process.on(signal, die)
  const colour = isatty(1) && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
  const surroundings = {
    env,
    cwd: workingFolder(),
    colour,
    platform: process.platform,
    headStart,
    onStop: (end: () => void) => void ends.push(end),
  }
  const ending = await run(process.argv.slice(2), surroundings).catch(endingOf)
  const redact = redactionFor(env)
  const [said, complained] = [ending.stdout, ending.stderr].map((text) => plainOutput(redact(text), colour))
  const usual = priorityOf(ending.exitCode)
  const forStdout = { env, stream: 1, priorityOf: (line: number) => ending.priorities?.[line] ?? usual } as const
  // A line on stderr is never mere information.
  const forStderr = { env, stream: 2, priorityOf: () => Math.min(usual, priorities.warning) } as const
  await Promise.all([
    write('stdout', withPriorities(said ?? '', forStdout)),
    write('stderr', withPriorities(complained ?? '', forStderr)),
  ])
  process.exit(ending.exitCode)
}
