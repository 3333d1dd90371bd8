import { foreignNames } from './foreign.js'
import { isShell } from './shells.js'

/** The same of an agent, which must come from nobody but the start itself, and what a manager's unit leaves behind. */
const foreignToAgents = [
  ...foreignNames,
  'BEADS_NO_DAEMON',
  'BEADS_AGENT_NAME',
  'INVOCATION_ID',
  'JOURNAL_STREAM',
  'MANAGERPID',
  'SYSTEMD_EXEC_PID',
] as const

const foreignPrefixes = ['npm_', 'GT_HEARTBEAT_'] as const

type Environment = Readonly<Record<string, string | undefined>>

/** The variables of whoever runs the check that no agent may see: the well-known ones and those of npm and ours in `env`. */
export function foreignVariables(env: Environment): readonly string[] {
  const further = Object.keys(env).filter((name) => foreignPrefixes.some((prefix) => name.startsWith(prefix)))
  return [...foreignToAgents, ...further]
}

/** An environment without the foreign variables: what a tmux server that we start is given. */
export function withoutForeign(env: Environment): Readonly<Record<string, string>> {
  const foreign = new Set(foreignVariables(env))
  const kept = Object.entries(env).filter(([name, value]) => value !== undefined && !foreign.has(name))
  return Object.fromEntries(kept.map(([name, value]) => [name, value ?? '']))
}

/** How a pane's process reaches the agent's command line: straight, or through a shell that reads the user's profile. */
export type Through =
  | { readonly kind: 'straight' }
  | { readonly kind: 'login'; readonly shell: string }
  /** The profile swallowed a start: /bin/sh, not interactive, reads the least. */
  | { readonly kind: 'plain' }

/** One start of an agent. */
export interface Launch {
  readonly through: Through
  /** Names to be taken out of the environment before `identity` is put in. */
  readonly unset: readonly string[]
  /** Who the agent is: these win over the profile and over an old server. */
  readonly identity: Readonly<Record<string, string>>
  /** The program, absolute where it was found, and its arguments. */
  readonly words: readonly string[]
}

const marker = 'gt-heartbeat'
const becomes = 'exec "$@"'
// fish has no $0: the marker is the first of $argv.
const fishBecomes = 'exec $argv[2..-1]'
const understood = new Set(['bash', 'zsh', 'ksh', 'dash', 'ash', 'sh'])

/** The pane's own process as an argv: the shell that becomes `env`, which becomes the agent. No word is ever shell text. */
export function launchArgv({ through, unset, identity, words }: Launch): readonly string[] {
  const taken = unset.filter((name) => !(name in identity)).flatMap((name) => ['-u', name])
  const put = Object.entries(identity).map(([name, value]) => `${name}=${value}`)
  return [...shellWords(through), 'env', ...taken, ...put, ...words]
}

function shellWords(through: Through): readonly string[] {
  if (through.kind === 'straight') return []
  if (through.kind === 'plain') return ['/bin/sh', '-l', '-c', becomes, marker]
  const name = baseName(through.shell)
  if (name === 'fish') return [through.shell, '-l', '-i', '-c', fishBecomes, marker]
  return [understood.has(name) ? through.shell : '/bin/sh', '-l', '-i', '-c', becomes, marker]
}

/** Whether a process still is the shell of a start that has not become its agent: it reads a profile, or waits in one. */
export function carriesLaunchWords(argv: readonly string[]): boolean {
  const at = argv.indexOf('-c')
  return at > 0 && (argv[at + 1] === becomes || argv[at + 1] === fishBecomes) && argv[at + 2] === marker
}

/** Whether the shell of a start became something else than the agent: its profile ran another shell in its own place. */
export function wasSwallowed(argv: readonly string[], words: readonly string[]): boolean {
  if (carriesLaunchWords(argv) || !isShell(argv[0] ?? '')) return false
  const program = baseName(words[0] ?? '')
  return !argv.some((word) => baseName(word) === program)
}

/** What a person is told of a start whose shell never became the agent; `argv`: what stands in its pane instead. */
export function swallowedText({ through, words }: Launch, argv: readonly string[]): string {
  const instead = carriesLaunchWords(argv) ? 'never ends' : `runs ${argv[0]} in its place`
  const next =
    through.kind === 'login' ? 'the next start goes by /bin/sh -l' : 'set "launchShell": false in the configuration'
  return `${shellOf(through)} never became ${words[0]}: its profile (${profileOf(through)}) ${instead}; let it do so in your own terminals only; ${next}`
}

/** The shell that a start goes by, for messages. */
export const shellOf = (through: Through): string => (through.kind === 'login' ? through.shell : '/bin/sh')

/** Files that the shell of a start reads and that a person may have to mend, for messages. */
export function profileOf(through: Through): string {
  if (through.kind !== 'login') return '~/.profile'
  switch (baseName(through.shell)) {
    case 'bash':
      return '~/.bash_profile, ~/.bash_login or ~/.profile'
    case 'zsh':
      return '~/.zprofile, ~/.zshrc or ~/.zlogin'
    case 'fish':
      return '~/.config/fish/config.fish'
    default:
      return '~/.profile'
  }
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
