import { findTown } from '../find-town.js'
import { readHistory } from '../remember/read-history.js'
import { historyLines } from '../report/history-lines.js'
import { paintFor } from '../report/paint.js'
import { type Ending, type RequestTo, type Surroundings, textOf, volumeOf } from '../request.js'

/** Past checks and what they did. Throws ConfigError when there is no town. */
export async function history({ flags, checks }: RequestTo<'history'>, surroundings: Surroundings): Promise<Ending> {
  const { root } = findTown({ ...flags, ...surroundings })
  const { checks: past, unreadable, why } = readHistory(root, checks)
  const document = { schema: 1, town: { root }, checks: past, unreadable, complaint: why ?? null }
  const telling = { volume: volumeOf(flags), paint: paintFor(surroundings.colour) }
  const stdout = flags.json ? `${JSON.stringify(document)}\n` : textOf(historyLines(past, telling))
  return { stdout, stderr: why === undefined ? '' : `gt-heartbeat: ${why}\n`, exitCode: 0 }
}
