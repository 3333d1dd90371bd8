import * as z from 'zod/mini'
import type { Agent } from '../domain/agent.js'
import { cannotTell, type Known, known } from '../domain/known.js'
import type { Verb } from '../domain/ledger.js'
import type { AgentSight, RequestFlags } from '../domain/snapshot.js'
import { readJson } from '../ports/files.js'
import type { Doorstep } from '../town.js'

const verbs: readonly Verb[] = ['cycle', 'restart', 'shutdown']
const stateSchema = z.record(z.string(), z.unknown())

/** Where an agent keeps its flags, and what they say. */
type Raised = Pick<AgentSight, 'flags' | 'stateFile'>

/** The flags of an agent. */
export type FlagsOf = (agent: Agent) => Raised

const noFlags: Raised = { flags: known(null), stateFile: undefined }

/** Reads the flags of these agents at once, while the programs that were asked are at work; those of others when they are asked for. */
export function readAllFlags({ root, dialect }: Doorstep, agents: readonly Agent[]): FlagsOf {
  const flagsOf = (agent: Agent): Raised => {
    const stateFile = dialect.stateFile(root, agent)
    return stateFile === undefined ? noFlags : { flags: readFlags(stateFile), stateFile }
  }
  const read = new Map(agents.map((agent) => [agent, flagsOf(agent)]))
  return (agent) => read.get(agent) ?? flagsOf(agent)
}

/** The `requesting_…` flags of an agent's state file; null when it has no such file. */
export function readFlags(path: string): Known<RequestFlags | null> {
  const file = readJson(path)
  if (!file.known || file.value === null) return file.known ? known(null) : file
  const state = stateSchema.safeParse(file.value)
  return state.success ? known(flagsOf(state.data, path)) : cannotTell(`${path} does not hold an object`)
}

function flagsOf(state: Readonly<Record<string, unknown>>, path: string): RequestFlags {
  const flag = (verb: Verb): unknown => state[`requesting_${verb}`]
  const odd = verbs.filter((verb) => flag(verb) !== undefined && flag(verb) !== true)
  return {
    path,
    requesting: {
      cycle: flag('cycle') === true,
      restart: flag('restart') === true,
      shutdown: flag('shutdown') === true,
    },
    got: Object.fromEntries(odd.map((verb) => [verb, shortWord(flag(verb))])),
  }
}

function shortWord(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object'
  const word = JSON.stringify(value)
  return word.length > 20 ? 'a text' : word
}
