import { randomBytes } from 'node:crypto'
import type { CommandResult } from './command.js'
import type { NewSessionResult, TmuxOptions } from './tmux.js'
import { isNoServer } from './tmux-says.js'

type Run = (args: readonly string[]) => Promise<CommandResult>

/** Makes the first session of a town where it outlives the check. */
export interface FirstServer {
  /** Makes a session of these tmux words with `plain`, unless it is the first one under systemd. */
  make(words: readonly string[], plain: Run): Promise<NewSessionResult>
}

/** systemd ends everything that is left in a oneshot's cgroup, a tmux server it started too; so the first one gets a unit of its own.
 *  Sessions asked for side by side wait for the first. */
export function firstServer(options: TmuxOptions, run: Run): FirstServer {
  let serves = options.underSystemd !== true
  let queue: Promise<unknown> = Promise.resolve()
  const begin = async (words: readonly string[], plain: Run): Promise<NewSessionResult> => {
    if (serves || !isNoServer(await run(['list-sessions']))) return plain(words)
    const inUnit = await options.commands.run(unitCommand(options, words))
    if (inUnit.ok) return inUnit
    return { ...(await plain(words)), note: `the tmux server runs inside the check's own unit: ${inUnit.failure}` }
  }
  return {
    async make(words, plain) {
      if (serves) return plain(words)
      const made = queue.then(() => begin(words, plain))
      queue = made
      const result = await made
      serves ||= result.ok
      return result
    },
  }
}

/** What the manager puts into a unit's environment, and a pane must not see. */
const managersOwn = ['INVOCATION_ID', 'JOURNAL_STREAM', 'MANAGERPID', 'SYSTEMD_EXEC_PID']
/** SIGHUP too when the unit is stopped: shells in panes ignore SIGTERM. One agent out of memory does not end the others. */
const properties = ['Type=forking', 'SendSIGHUP=yes', 'OOMPolicy=continue']

/** `systemd-run --user … env -u … tmux -u -S <socket> <words>`: a service, not a scope, so that no limit or priority of the check is inherited. */
function unitCommand({ socket, env, deadline, town = 'town' }: TmuxOptions, words: readonly string[]) {
  const unit = `gt-tmux-${town.replace(/[^A-Za-z0-9_.-]/g, '_')}-${randomBytes(4).toString('hex')}`
  const settings = ['PATH', 'LC_ALL', 'LANG'].flatMap((name) => (env[name] ? [`--setenv=${name}=${env[name]}`] : []))
  const tmux = ['env', ...managersOwn.flatMap((name) => ['-u', name]), 'tmux', '-u', '-S', socket, ...words]
  const args = [
    ...['--user', '--quiet', '--collect', `--unit=${unit}`],
    ...properties.flatMap((property) => ['-p', property]),
    ...settings,
    '--',
    // systemd-run expands variables in the words it is given.
    ...tmux.map((word) => word.replaceAll('$', '$$$$')),
  ]
  return { program: 'systemd-run', args, cwd: '/', env: { ...managerFolder(), ...env }, deadline }
}

/** Where the user manager listens, for a check that was not told (cron, su). */
const managerFolder = (): Record<string, string> => ({ XDG_RUNTIME_DIR: `/run/user/${process.getuid?.() ?? 0}` })
