import { homedir } from 'node:os'
import { join } from 'node:path'
import { ConfigError } from '../errors.js'
import { findTown, type Place, type Whereabouts } from '../find-town.js'

/** Where a failure is reported. */
export interface Scene {
  /** Undefined: there is no town. */
  readonly place: Place | undefined
  /** The town, or where one was looked for. */
  readonly town: string
  /** Why there is none. */
  readonly noTown: string | undefined
  /** The file that remembers what was told. */
  readonly memory: string
}

/** The town; without one that can be found, failures are remembered in the user's own state folder. */
export function sceneOf(whereabouts: Whereabouts): Scene {
  try {
    const place = findTown(whereabouts)
    const memory = join(place.root, 'daemon/heartbeat/failures.json')
    return { place, town: place.root, noTown: undefined, memory }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const { env, town } = whereabouts
    const memory = join(stateHome(env), 'gt-heartbeat/failures.json')
    return { place: undefined, town: town ?? (env['GT_TOWN_ROOT'] || '~/gt'), noTown: error.message, memory }
  }
}

const stateHome = (env: Whereabouts['env']): string =>
  env['XDG_STATE_HOME'] || join(env['HOME'] || homedir(), '.local/state')
