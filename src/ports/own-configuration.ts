import { join } from 'node:path'
import { changedAt } from './files.js'

/** Two files that were written at different times may bear the same one, ms. */
const tick = 10

/** The configuration that a town's checks read unless another one is named. */
export const configurationFile = (root: string): string => join(root, 'daemon/heartbeat.config.json')

/** Whether a check that wrote something down at a time (epoch ms) had read the configuration as it is now. */
export function isAsItWasAt(root: string, writtenAt: number): boolean {
  const changed = changedAt(configurationFile(root))
  return changed === undefined || changed + tick < writtenAt
}
