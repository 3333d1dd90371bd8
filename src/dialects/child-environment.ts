import type { Environment } from './dialect.js'

/** Who ran the check, and what would lead bd or gt elsewhere: none of our programs may see it. */
const foreign = new Set([
  'GT_ROLE',
  'GT_RIG',
  'GT_POLECAT',
  'GT_CREW',
  'GT_SESSION',
  'GT_AGENT',
  'BD_ACTOR',
  'BD_AGENT_MODE',
  'BD_DB',
  'BEADS_DIR',
  'BEADS_DB',
  'TMUX',
  'TMUX_PANE',
  'CLAUDE_CODE',
  'CLAUDECODE',
  'NODE_OPTIONS',
  'NODE_CHANNEL_FD',
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
