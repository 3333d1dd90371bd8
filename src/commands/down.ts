import { findTown, type Place } from '../find-town.js'
import { now } from '../ports/clock.js'
import { openLog } from '../ports/log.js'
import { standDown } from '../ports/put-stand-down.js'
import type { Ending, RequestTo, Surroundings } from '../request.js'
import { whomOf } from './whom.js'

/** Keeps a town, a rig or an agent down across checks. Throws ConfigError when there is no town, UsageError for a name it does not have. */
export async function down({ whom, flags }: RequestTo<'down' | 'up'>, surroundings: Surroundings): Promise<Ending> {
  const place = findTown({ ...flags, ...surroundings })
  const who = whomOf(place, whom)
  const by = userOf(surroundings.env)
  const isNew = standDown(place.root, who, { by, at: now() })
  if (isNew) logOf(place).line(`Stood down: ${who} (by ${by})`)
  const already = isNew ? '' : ' already'
  const stdout = `${who} is kept down${already}, until: gt-heartbeat up ${who}\n`
  return { stdout: flags.quiet ? '' : stdout, stderr: '', exitCode: 0 }
}

/** The log of a town, for what people tell it. */
export const logOf = ({ root, settings }: Place) =>
  openLog({ root, logSize: settings.logSize, historySize: settings.historySize })

/** Who says so, as far as the environment tells. */
export const userOf = (env: Surroundings['env']): string =>
  (env['SUDO_USER'] || env['USER'] || env['LOGNAME'] || 'somebody').replace(/\s+/g, ' ')
