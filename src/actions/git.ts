import { type Agent, address } from '../domain/agent.js'
import type { CommandResult } from '../ports/command.js'
import { gitEnvironment } from '../ports/git.js'
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
  const env = gitEnvironment(performing.town.env, folder)
  return runRecorded(performing, address(agent), { program: 'git', args, cwd: folder, env, deadline })
}
