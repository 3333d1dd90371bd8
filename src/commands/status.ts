import { findTown } from '../find-town.js'
import { now } from '../ports/clock.js'
import { paintFor } from '../report/paint.js'
import { statusLines } from '../report/status-lines.js'
import { type Ending, type RequestTo, type Surroundings, textOf, volumeOf } from '../request.js'
import { gatherStatus } from './gather-status.js'

/** How the town stands by what the last check wrote down. Reads files only. Throws ConfigError when there is no town. */
export async function status({ flags }: RequestTo<'status'>, surroundings: Surroundings): Promise<Ending> {
  const place = findTown({ ...flags, ...surroundings })
  const found = gatherStatus(place, now())
  const telling = { volume: volumeOf(flags), paint: paintFor(surroundings.colour) }
  const stdout = flags.json ? `${JSON.stringify(found)}\n` : textOf(statusLines(found, telling))
  return { stdout, stderr: '', exitCode: found.exitCode }
}
