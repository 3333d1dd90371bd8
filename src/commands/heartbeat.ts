import { presumedSocket } from '../find-dialect.js'
import { triggerOf } from '../open-town.js'
import { now } from '../ports/clock.js'
import { randomUuid } from '../ports/random.js'
import type { Run } from '../report/document.js'
import { type Ending, type RequestTo, type Surroundings, textOf, volumeOf } from '../request.js'
import { version } from '../version.js'
import { attemptCheck } from './attempt-check.js'

/** One check, and what is told of it: a JSON document, or lines for people; what it refuses to do is said on stderr. */
export async function check({ mode, flags }: RequestTo<'check'>, surroundings: Surroundings): Promise<Ending> {
  const trigger = triggerOf(surroundings.env)
  const run: Run = {
    id: randomUuid(),
    version,
    startedAt: now(),
    mode,
    dryRun: flags.dryRun === true,
    trigger,
  }
  const { place, trace, dialect, socket, ...came } = await attemptCheck({ run, flags, surroundings })
  const town = {
    root: place?.root ?? null,
    dialect: dialect ?? null,
    socket: socket ?? (place ? presumedSocket({ ...place, env: surroundings.env }) : null),
  }
  const told = { run, town, ...came } as const
  const { exitCode, gate } = came.heartbeat
  const { documentOf, paintFor, reportLines } = await import('../later.js')
  if (flags.json) return { stdout: `${JSON.stringify(documentOf(told))}\n`, stderr: trace, exitCode }
  const lines = textOf(reportLines(told, { volume: volumeOf(flags), paint: paintFor(surroundings.colour) }))
  const isRefusal = !gate.open && !gate.mayLook && exitCode !== 0
  return { stdout: isRefusal ? '' : lines, stderr: isRefusal ? `${lines}${trace}` : trace, exitCode }
}
