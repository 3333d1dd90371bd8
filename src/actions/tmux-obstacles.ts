import { type Agent, address } from '../domain/agent.js'
import type { Pane } from '../domain/session.js'
import type { Performing } from './performing.js'

/** Hooks that run when a session is made. */
const hooks = ['after-new-session', 'session-created', 'window-linked']

/** What in the user's tmux configuration can end a session right after it was made, in words; undefined: nothing does. */
export async function whyNoSession({ town }: Performing): Promise<string | undefined> {
  const asked = await town.tmux.obstacles()
  if (!asked.ok) return undefined
  const [destroy, exit, ...others] = asked.stdout.split('\n')
  const options = [
    ...(destroy === 'off' ? [] : [`destroy-unattached (${destroy})`]),
    ...(exit === 'on' ? ['exit-unattached (on)'] : []),
  ]
  const set = hooks.filter((name) => others.some((line) => line.startsWith(`${name}[`)))
  const named = [...options.map((name) => `option ${name}`), ...set.map((name) => `hook ${name}`)]
  if (named.length === 0) return undefined
  return `the tmux configuration ends sessions to which no client is attached, or changes new ones: see the ${named.join(', the ')}`
}

/** The session of an agent that was just made, under the other name that a hook gave it. */
export async function renamedSession(
  { town }: Performing,
  agent: Agent,
  panes: readonly Pane[],
  begunAt: number,
): Promise<Pane | undefined> {
  const folder = town.dialect.folder(town.root, agent)
  // tmux tells whole seconds.
  const made = panes.filter((pane) => pane.path === folder && pane.createdAt > begunAt - 1000)
  for (const pane of made) {
    const asked = await town.tmux.sequence([['display-message', '-p', '-t', `${pane.sessionId}:`, '#{BD_ACTOR}']])
    if (asked.ok && asked.stdout.trim() === address(agent)) return pane
  }
  return undefined
}
