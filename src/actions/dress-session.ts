import { type Agent, address } from '../domain/agent.js'
import { bindingCommands, statusCommands } from '../domain/theme.js'
import type { Performing } from './performing.js'

/** Gives a new session its colours, status bar and key bindings (unless the configuration says no), and lets it end when
 *  its agent ends. Convenience, all of it: what did not work comes back as one line, or undefined. */
export async function dressSession(performing: Performing, agent: Agent): Promise<string | undefined> {
  const { tmux, settings, dialect } = performing.town
  const session = dialect.sessionName(agent)
  const looks = settings.theme ? [...statusCommands(session, agent), ...(await bindings(performing))] : []
  const dressed = await tmux.sequence([...endWithAgent(session, agent), ...looks])
  return dressed.ok ? undefined : dressed.failure
}

async function bindings({ town }: Performing): Promise<readonly (readonly string[])[]> {
  const listed = await town.tmux.sequence([
    ['list-keys', '-T', 'prefix'],
    ['list-keys', '-T', 'root'],
  ])
  return listed.ok ? bindingCommands(listed.stdout) : []
}

/** When the agent's own pane dies it is noted in the town's log and taken away, and the session with it unless a person has
 *  opened a second pane: that one neither stays when its shell ends nor ends with the agent. The note is written by a
 *  program of its own: jobs of tmux end with the server, and the server with its last session. */
function endWithAgent(session: string, agent: Agent): readonly (readonly string[])[] {
  const target = `=${session}:`
  const status = '#{?#{==:#{pane_dead_status},},-1,#{pane_dead_status}}'
  const log = `gt log crash --agent ${crashName(agent)} --session ${session} --exit-code ${status}`
  return [
    ['set-option', '-p', '-t', target, 'remain-on-exit', 'on'],
    ['set-option', '-w', '-u', '-t', target, 'remain-on-exit'],
    ['set-hook', '-p', '-t', target, 'pane-died', `run-shell '(${log} >/dev/null 2>&1 &)' ; kill-pane`],
  ]
}

/** As gt's own hook names a polecat. */
const crashName = (agent: Agent): string => (agent.role === 'polecat' ? `${agent.rig}/${agent.name}` : address(agent))
