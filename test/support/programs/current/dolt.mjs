// What today's gt and bd share on the stage: times as they print them, and a Dolt server that is there or not.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { townFrom } from '../store.mjs'

/** This moment in whole seconds, rounded as Dolt rounds: it may lie half a second ahead. */
export const now = () => new Date(Math.round(Date.now() / 1000) * 1000).toISOString().replace('.000Z', 'Z')

/** Why the town's database cannot be opened, in the words recorded, or undefined: `.dolt-data/stopped` stands for a server that is down. */
export function doltFailure(folder, env) {
  const town = townFrom(folder)
  if (!town || !existsSync(join(town, '.dolt-data/stopped'))) return undefined
  const port = env.BEADS_DOLT_PORT || env.GT_DOLT_PORT || '3307'
  const refused = `failed to open database: Dolt server unreachable at 127.0.0.1:${port}`
  return env.BEADS_DOLT_AUTO_START === '0'
    ? `${refused}: dial tcp 127.0.0.1:${port}: connect: connection refused\n\nDolt server auto-start is disabled (dolt.auto-start: false).\nStart the server manually:\n  bd dolt start`
    : `${refused} and auto-start failed: Dolt server is not running on port ${port}, and auto-start is suppressed because the server is externally managed (dolt.auto-start: false or explicit port configured).\n\nStart the external server, or enable auto-start to allow bd to manage the server.\n  To start manually: bd dolt start\n  To check status: bd dolt status\n\nTo start manually: bd dolt start\nTo disable auto-start: set dolt.auto-start: false in .beads/config.yaml`
}
