// Sessions as gt 1.0.1 makes them: their names, their socket, their environment, and the wait for a prompt.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, realpathSync } from 'node:fs'
import { basename, join } from 'node:path'

const { env } = process

/** How long gt waits for the prompt of an agent it started, milliseconds: for good, next to any deadline of ours. */
const patience = 300_000

function socketOf(town) {
  const named = env.GT_TMUX_SOCKET
  if (named && named !== 'default' && named !== 'auto') return named
  const clean =
    basename(town)
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'default'
  return `${clean}-${createHash('sha256').update(realpathSync(town)).digest('hex').slice(0, 6)}`
}

const prefixOf = (town, rig) =>
  JSON.parse(readFileSync(join(town, 'mayor/rigs.json'), 'utf8')).rigs[rig]?.beads?.prefix ?? 'gt'

/** An agent by the words of its role, with all that its session is made of. */
export function place(town, { role, rig, name }) {
  if (!rig) return { role, session: `hq-${role}`, folder: join(town, role), actor: role }
  const prefix = prefixOf(town, rig)
  const at = (...parts) => join(town, rig, ...parts)
  const firstOf = (...folders) => folders.find(existsSync) ?? folders.at(-1)
  switch (role) {
    case 'crew':
      return {
        role,
        rig,
        name,
        session: `${prefix}-crew-${name}`,
        folder: at('crew', name),
        actor: `${rig}/crew/${name}`,
      }
    case 'polecat': {
      const folder = firstOf(at('polecats', name, rig), at('polecats', name))
      return { role, rig, name, session: `${prefix}-${name}`, folder, actor: `${rig}/polecats/${name}` }
    }
    default: {
      const folder = firstOf(at(role, 'rig'), at(role), at())
      return { role, rig, session: `${prefix}-${role}`, folder, actor: `${rig}/${role}` }
    }
  }
}

const tmux = (town, ...words) => spawnSync('tmux', ['-u', '-L', socketOf(town), ...words], { encoding: 'utf8' })

export const isThere = (town, { session }) => tmux(town, 'has-session', '-t', `=${session}`).status === 0

/** Whether an agent runs in it: here, anything that is no shell in its pane; the stand-in for an agent is a script. */
export function isAwake(town, { session }) {
  const { stdout } = tmux(town, 'list-panes', '-t', `=${session}:`, '-F', '#{pane_dead} #{pane_pid}')
  const [dead, pid] = stdout.trim().split(' ')
  if (dead !== '0') return false
  const argv = existsSync(`/proc/${pid}/cmdline`) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0') : []
  return argv.slice(0, 2).some((word) => basename(word) === 'claude')
}

export const stop = (town, { session }) => tmux(town, 'kill-session', '-t', session).status === 0

export const say = (town, { session }, text) => tmux(town, 'send-keys', '-t', session, '-l', text)

function identity(town, { role, rig, name, actor, session, folder }) {
  return {
    BD_ACTOR: actor,
    BEADS_DOLT_AUTO_START: '0',
    GT_AGENT: 'claude',
    GT_PROCESS_NAMES: 'node,claude',
    GT_ROLE: actor,
    GT_ROOT: town,
    GT_SESSION: session,
    ...(rig ? { GT_RIG: rig } : {}),
    ...(role === 'crew' ? { GT_CREW: name } : {}),
    ...(role === 'polecat' ? { GT_POLECAT: name, GT_POLECAT_PATH: folder, GT_TOWN_ROOT: town } : {}),
  }
}

const quoted = (word) => `'${word.replaceAll("'", `'\\''`)}'`

/** Makes the session and waits until its agent shows the prompt; what is wrong comes back as a line. */
export async function start(town, agent) {
  const { session, folder, role, rig, name } = agent
  if (role === 'deacon') mkdirSync(folder, { recursive: true })
  if (!existsSync(folder)) return `creating session: invalid work dir: ${folder}`
  const words = identity(town, agent)
  const pairs = Object.entries(words)
    .sort()
    .map(([key, value]) => `${key}=${value}`)
  const command = `exec env ${pairs.map(quoted).join(' ')} claude --dangerously-skip-permissions '[GAS TOWN] hello'`
  const variables = pairs.flatMap((pair) => ['-e', pair])
  const made = tmux(town, 'new-session', '-d', '-s', session, '-c', folder, ...variables, command)
  if (made.status !== 0) return `creating session: ${made.stderr.trim()}`
  if (role === 'polecat') {
    const log = `gt log crash --agent '${rig}/${name}' --session '${session}' --exit-code #{pane_dead_status}`
    tmux(town, 'set-hook', '-t', session, 'pane-died', `run-shell "${log}"`)
  }
  for (const until = Date.now() + patience; Date.now() < until; ) {
    if (tmux(town, 'capture-pane', '-p', '-t', `=${session}:`).stdout.includes('❯')) return undefined
    if (!isThere(town, agent)) return `session ${session} died during startup (agent command may have failed)`
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return undefined
}
