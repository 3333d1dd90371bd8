import { foreignVariables, launchArgv, profileOf, shellOf, type Through, withoutForeign } from '../domain/launch.js'
import { shellThrough } from '../ports/login-shell.js'
import { randomBytes } from '../ports/random.js'
import { hasTerminal } from '../ports/terminal.js'
import type { Town } from '../town.js'

/** The environment that an agent shall have. `note`: why it is the check's own, where a login shell should have told another. */
export interface LoginEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly note?: string
}

/** How long a profile may take, milliseconds. */
const patience = 10_000
/** What a shell keeps for itself. */
const shellsOwn = new Set(['_', 'PWD', 'OLDPWD', 'SHLVL'])

const asked = new WeakMap<Town, Promise<LoginEnvironment>>()

/** The environment in which a login shell of the user would start an agent, asked once in a check; the check's own where that
 *  was started from a terminal, where the configuration wants no shell, and where the shell does not tell. */
export function loginEnvironment(town: Town): Promise<LoginEnvironment> {
  const environment = asked.get(town) ?? askFor(town)
  asked.set(town, environment)
  return environment
}

async function askFor(town: Town): Promise<LoginEnvironment> {
  const through = shellThrough(town.settings, town.env)
  if (through.kind === 'straight' || (town.trigger === 'manual' && hasTerminal())) return { env: town.env }
  // A profile may print whatever it likes before it is our turn.
  const mark = randomBytes(9).toString('base64url')
  const words = ['/bin/sh', '-c', 'printf "\\0%s\\0" "$1"; exec env -0', 'sh', mark]
  const [program = '', ...args] = launchArgv({ through, unset: [], identity: {}, words })
  const told = await town.commands.run({
    program,
    args,
    cwd: town.root,
    // As in the pane of an agent: a profile that opens tmux for whoever is not in it leaves this shell alone.
    env: { ...withoutForeign(town.env), TMUX: inPane(town) },
    deadline: Math.min(patience, town.settings.deadline),
  })
  const variables = readEnvironment(told.stdout, mark)
  if (variables) return { env: { ...variables, PATH: bothPaths(variables['PATH'], town.env['PATH']) } }
  return { env: town.env, note: notTold(through, told.ok ? 'it printed none' : told.failure) }
}

/** What tmux says to the processes of its panes. */
const inPane = ({ tmux }: Town): string => `${tmux.socket},0,0`

/** The words that run a program with such an environment from elsewhere, as a unit of its own. */
export function throughLoginShell(town: Town): (argv: readonly string[]) => readonly string[] {
  const through = shellThrough(town.settings, town.env)
  const unset = [...foreignVariables(town.env), 'TMUX', 'TMUX_PANE']
  return (words) => ['env', `TMUX=${inPane(town)}`, ...launchArgv({ through, unset, identity: {}, words })]
}

/** What stands behind the mark, NAME=value each, whatever lines a value has; undefined: the mark was never printed. */
function readEnvironment(printed: string, mark: string): Record<string, string> | undefined {
  const at = printed.indexOf(`\0${mark}\0`)
  if (at < 0) return undefined
  const pairs = printed.slice(at + mark.length + 2).split('\0')
  const variables: Record<string, string> = {}
  for (const pair of pairs) {
    const name = pair.slice(0, Math.max(0, pair.indexOf('=')))
    if (name !== '' && !shellsOwn.has(name)) variables[name] = pair.slice(name.length + 1)
  }
  return variables
}

/** The user's own places first; what only the check knows of (where a unit says that gt and tmux are) is still found. */
function bothPaths(users = '', ours = ''): string {
  return [...new Set([...users.split(':'), ...ours.split(':')])].filter((folder) => folder !== '').join(':')
}

const notTold = (through: Through, why: string): string =>
  `started with the environment of the check, as the login shell ${shellOf(through)} told none of its own (${why}): look at ${profileOf(through)}`
