import { dirname } from 'node:path'
import { withoutForeign } from '../domain/launch.js'
import type { CommandResult, Commands } from './command.js'

/** Runs git in one work tree. */
export type Git = (...args: readonly string[]) => Promise<CommandResult>

type Environment = Readonly<Record<string, string | undefined>>

/** Where a check that was started from a hook of git's would look instead of in the work tree. */
const elsewhere =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|COMMON_DIR|PREFIX|NAMESPACE|ALTERNATE_OBJECT_DIRECTORIES)$/

/** The environment of a git in this work tree: without prompts, and with answers in English. */
export function gitEnvironment(env: Environment, folder: string): Readonly<Record<string, string>> {
  const own = Object.entries(withoutForeign(env)).filter(([name]) => !elsewhere.test(name))
  return {
    GIT_SSH_COMMAND: 'ssh -oBatchMode=yes',
    ...Object.fromEntries(own),
    GIT_TERMINAL_PROMPT: '0',
    GIT_EDITOR: 'true',
    LC_ALL: 'C',
    // A folder without a repository of its own may lie in another one: the town's.
    GIT_CEILING_DIRECTORIES: dirname(folder),
  }
}

/** Runs git to read a work tree. `deadline`: of each call, in ms. */
export function gitIn(
  { commands, env }: { readonly commands: Commands; readonly env: Environment },
  folder: string,
  deadline: () => number,
): Git {
  const command = { program: 'git', cwd: folder, env: gitEnvironment(env, folder) }
  return (...args) => commands.run({ ...command, args, deadline: deadline() })
}
