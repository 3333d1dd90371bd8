import type { CommandResult } from './command.js'
import { again, isNobodyThere } from './tmux-says.js'
import { paneWords, sequenceWords, target, unexpanded } from './tmux-words.js'

/** How a session is made: the pane's own process is `argv`. */
export interface NewSession {
  readonly name: string
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
  readonly argv: readonly string[]
}

/** Makes a session. */
export function newSessionWords({ name, folder, environment, argv }: NewSession): readonly string[] {
  const variables = Object.entries(environment).flatMap(([key, value]) => ['-e', `${key}=${value}`])
  const start = ['new-session', '-d', '-s', name, '-c', unexpanded(folder), ...variables, '--', ...paneWords(argv)]
  return sequenceWords([start, ...ownOptions(name)])
}

/** What a session of ours needs, whatever the user's configuration says: it stays while nobody is attached, its pane stays when its process
 *  ends, and shows that process, not the mistakes of the configuration. */
const ownOptions = (name: string): readonly (readonly string[])[] => [
  ['set-option', '-t', target(name), 'destroy-unattached', 'off'],
  ['set-option', '-w', '-t', target(name), 'remain-on-exit', 'on'],
  ['copy-mode', '-q', '-t', target(name)],
]

/** Gives a session its own name and options. */
export const reclaimWords = (sessionId: string, name: string): readonly string[] =>
  sequenceWords([['rename-session', '-t', sessionId, name], ...ownOptions(name)])

const isUnseenView = '#{&&:#{==:#{pane_mode},view-mode},#{==:#{session_attached},0}}'

/** Ends the view of the configuration's mistakes in a session, where nobody looks at it. */
export const viewWords = (name: string): readonly string[] => [
  ...['if-shell', '-F', '-t', target(name), isUnseenView],
  `copy-mode -q -t '${target(name)}'`,
]

const obstacles = [
  ['show-options', '-gv', 'destroy-unattached'],
  ['show-options', '-sv', 'exit-unattached'],
  ['show-hooks', '-g'],
]

type Run = (args: readonly string[]) => Promise<CommandResult>

/** A server that ended with the session is begun for the answer: it ends again, since it has no session. */
export async function askObstacles(run: Run): Promise<CommandResult> {
  const asked = await again(() => run(sequenceWords(obstacles)))
  return isNobodyThere(asked) ? run(sequenceWords([['start-server'], ...obstacles])) : asked
}
