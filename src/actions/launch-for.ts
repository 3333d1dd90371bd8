import type { Agent } from '../domain/agent.js'
import { foreignVariables, type Launch, type Through } from '../domain/launch.js'
import { shellThrough } from '../ports/login-shell.js'
import { findProgram } from '../ports/program-path.js'
import type { Performing } from './performing.js'
import { recordedOf } from './start-record.js'

/** All that the next start of an agent is made of; the program by its absolute path where the check's own PATH has it. */
export function launchFor(performing: Performing, agent: Agent): Launch {
  const { root, dialect, env, settings } = performing.town
  const [program = '', ...words] = settings.launch[agent.role]
  return {
    through: throughFor(performing, agent),
    unset: foreignVariables(env),
    identity: dialect.environment(root, agent),
    words: [findProgram(program, env) ?? program, ...words],
  }
}

/** The same for one agent: /bin/sh when a profile swallowed an earlier start of it. */
function throughFor(performing: Performing, agent: Agent): Through {
  const { settings, env } = performing.town
  const through = shellThrough(settings, env)
  return through.kind === 'login' && recordedOf(performing, agent).plainShell ? { kind: 'plain' } : through
}
