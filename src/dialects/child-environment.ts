import { foreignNames } from '../domain/foreign.js'
import type { Environment } from './dialect.js'

/** None of our programs may see these: bd and gt would ask elsewhere, or speak for somebody. */
const foreign = new Set<string>([...foreignNames, 'BD_DB', 'TMUX', 'TMUX_PANE'])

/** In a current town they would lead bd elsewhere than the folder it is run in says, or let it speak for somebody. */
export const misleading: ReadonlySet<string> = new Set([
  'BEADS_ACTOR',
  'BEADS_DOLT_DATA_DIR',
  'BEADS_DOLT_SERVER_DATABASE',
  'BEADS_DOLT_SERVER_PORT',
  'BEADS_DOLT_SHARED_SERVER',
])

/** bd starts no daemon (each call would wait 5 s for one that cannot start) and no Dolt server, and makes no backups for us. */
const quiet = { BEADS_AUTO_START_DAEMON: 'false', BEADS_DOLT_AUTO_START: '0', BD_BACKUP_ENABLED: 'false' }

/** The environment `env` without what is foreign, with what keeps bd quiet and whatever else is given. */
export function quietEnvironment(env: Environment, more: Readonly<Record<string, string>>): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !foreign.has(name) && !name.startsWith('npm_')) kept[name] = value
  }
  return { ...kept, ...quiet, ...more }
}
