import { findTown } from '../find-town.js'
import { now } from '../ports/clock.js'
import { createCommands } from '../ports/command.js'
import { paintFor } from '../report/paint.js'
import { statusLines } from '../report/status-lines.js'
import { type Ending, type RequestTo, type Surroundings, textOf, volumeOf } from '../request.js'
import { schedulesFor } from '../schedulers/in-place.js'
import { thisMachine } from '../schedulers/this-machine.js'
import { gatherStatus } from './gather-status.js'
import { starterOf } from './starter-of.js'

/** Nobody waits longer for what starts checks to say so, milliseconds. */
const patience = 5000

/** How the town stands by what the last check wrote down, and who starts the next one. Changes nothing. Throws ConfigError when there is no town. */
export async function status({ flags }: RequestTo<'status'>, surroundings: Surroundings): Promise<Ending> {
  const place = findTown({ ...flags, ...surroundings })
  const starters = await startersOf(place.root, surroundings)
  const found = gatherStatus(place, { now: now(), ...starters })
  const telling = { volume: volumeOf(flags), paint: paintFor(surroundings.colour) }
  const stdout = flags.json ? `${JSON.stringify(found)}\n` : textOf(statusLines(found, telling))
  return { stdout, stderr: '', exitCode: found.exitCode }
}

/** What starts checks; and why that is unknown, where nothing was found that does. */
async function startersOf(root: string, surroundings: Surroundings) {
  const commands = createCommands(now() + patience)
  surroundings.onStop(() => commands.killAll())
  const schedules = await schedulesFor(root, { ...thisMachine(surroundings), commands })
  if (!schedules.known) return { starters: [], doubt: schedules.why }
  const { found, doubts } = schedules.value
  return { starters: found.map(({ sight }) => starterOf(sight)), doubt: found.length === 0 ? doubts[0] : undefined }
}
