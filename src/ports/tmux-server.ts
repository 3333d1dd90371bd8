import { sleep } from './clock.js'
import type { CommandResult } from './command.js'
import { randomBytes } from './random.js'
import type { NewSessionResult, TmuxOptions } from './tmux.js'
import { again, endsWithin, isNobodyThere, isNoServer } from './tmux-says.js'

type Run = (args: readonly string[]) => Promise<CommandResult>

/** A program's words behind those of what runs it, such as the login shell whose environment it shall have. */
export type Reach = (argv: readonly string[]) => readonly string[]

/** Makes the first session of a town where it outlives the check. */
export interface FirstServer {
  /** Makes a session of these tmux words with `plain`, unless it is the first one under systemd; `reach`: how tmux is come
   *  by in its unit. */
  make(words: readonly string[], plain: Run, reach?: Reach): Promise<NewSessionResult>
  /** The server may be gone again: the next session is looked at as if it were the first. */
  doubt(): void
}

/** So long it is left alone to end before it is asked again, milliseconds. */
const leftAlone = 25

/** Whether a server will stay: one whose last session went answers until whoever asks it has gone, and ends then. It is waited for: what is
 *  asked of it meanwhile is lost. */
async function isServing(run: Run): Promise<boolean> {
  for (let left = endsWithin; ; left -= leftAlone) {
    const sessions = await again(() => run(['list-sessions']))
    if (sessions.ok ? sessions.stdout !== '' : !isNobodyThere(sessions)) return true
    if (isNoServer(sessions) || left <= 0) return false
    await sleep(leftAlone)
  }
}

/** systemd ends everything that is left in a oneshot's cgroup, a tmux server it started too; so the first one gets a unit of its own.
 *  Sessions asked for side by side wait for the first. */
export function firstServer(options: TmuxOptions, run: Run): FirstServer {
  let serves = options.underSystemd !== true
  let queue: Promise<unknown> = Promise.resolve()
  const begin = async (words: readonly string[], plain: Run, reach: Reach): Promise<NewSessionResult> => {
    if (serves || (await isServing(run))) return plain(words)
    const inUnit = await options.commands.run(
      unitCommand(options, reach(['tmux', '-u', '-S', options.socket, ...words])),
    )
    if (inUnit.ok) return inUnit
    return { ...(await plain(words)), note: `the tmux server runs inside the check's own unit: ${inUnit.failure}` }
  }
  return {
    async make(words, plain, reach = withoutManagers) {
      if (serves) return plain(words)
      const made = queue.then(() => begin(words, plain, reach))
      queue = made
      const result = await made
      serves ||= result.ok
      return result
    },
    doubt: () => {
      serves = options.underSystemd !== true
    },
  }
}

/** What the manager puts into a unit's environment, and a pane must not see. */
const managersOwn = ['INVOCATION_ID', 'JOURNAL_STREAM', 'MANAGERPID', 'SYSTEMD_EXEC_PID']
/** SIGHUP too when the unit is stopped: shells in panes ignore SIGTERM. One agent out of memory does not end the others. */
const properties = ['Type=forking', 'SendSIGHUP=yes', 'OOMPolicy=continue']

const withoutManagers: Reach = (argv) => ['env', ...managersOwn.flatMap((name) => ['-u', name]), ...argv]

/** `systemd-run --user … -- env -u … tmux -u -S <socket> …`: a service, not a scope, so that no limit or priority of the check is inherited. */
function unitCommand({ env, deadline, town = 'town' }: TmuxOptions, tmux: readonly string[]) {
  const unit = `gt-tmux-${town.replace(/[^A-Za-z0-9_.-]/g, '_')}-${randomBytes(4).toString('hex')}`
  const settings = ['PATH', 'LC_ALL', 'LANG'].flatMap((name) => (env[name] ? [`--setenv=${name}=${env[name]}`] : []))
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
