import { dirname } from 'node:path'
import { type Agent, address } from '../domain/agent.js'
import { withoutForeign } from '../domain/launch.js'
import type { CommandResult } from '../ports/command.js'
import type { Performing } from './performing.js'
import { runRecorded } from './recorded-child.js'

/** One git call in an agent's work tree. */
export interface GitCall {
  readonly agent: Agent
  readonly folder: string
  /** Milliseconds. */
  readonly deadline: number
}

/** Runs git without prompts, in the ledger while it runs. */
export function git(performing: Performing, call: GitCall, args: readonly string[]): Promise<CommandResult> {
  const { agent, folder, deadline } = call
  // A folder without a repository of its own may lie in another one: the town's.
  const env = { ...gitEnvironment(performing.town.env), GIT_CEILING_DIRECTORIES: dirname(folder) }
  return runRecorded(performing, address(agent), { program: 'git', args, cwd: folder, env, deadline })
}

/** Where a check that was started from a hook of git's would look instead of in the work tree. */
const elsewhere =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|COMMON_DIR|PREFIX|NAMESPACE|ALTERNATE_OBJECT_DIRECTORIES)$/

function gitEnvironment(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const own = Object.entries(withoutForeign(env)).filter(([name]) => !elsewhere.test(name))
  return {
    GIT_SSH_COMMAND: 'ssh -oBatchMode=yes',
    ...Object.fromEntries(own),
    GIT_TERMINAL_PROMPT: '0',
    GIT_EDITOR: 'true',
    LC_ALL: 'C',
  }
}
