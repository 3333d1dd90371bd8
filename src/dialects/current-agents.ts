import { join } from 'node:path'
import * as z from 'zod/mini'
import type { Rig } from '../domain/snapshot.js'
import { readJson } from '../ports/files.js'

/** What gt 1.0 hands on of whoever has it start an agent, as far as it decides whether one can work: keys, and where logins lie. */
export const handsOn = [
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'AWS_ACCESS_KEY_ID',
  'AWS_BEARER_TOKEN_BEDROCK',
  'CLAUDE_CODE_USE_BEDROCK',
  'CLAUDE_CODE_USE_FOUNDRY',
  'CLAUDE_CODE_USE_VERTEX',
  'CLAUDE_CONFIG_DIR',
] as const

/** Where the first installers of claude left it. */
export const usualPlaces = { claude: '.claude/local/claude' } as const

/** Agents that gt knows by a name that is not their program's. */
const programOf: Readonly<Record<string, string>> = { cursor: 'cursor-agent', 'groq-compound': 'claude' }

/** What is not as expected there says nothing. */
const perhaps = <T extends z.ZodMiniType>(schema: T) => z.catch(z.optional(schema), undefined)
const name = z.lazy(() => z.string().check(z.minLength(1)))
const roles = z.lazy(() => perhaps(z.record(z.string(), name)))
const settingsSchema = z.lazy(() =>
  z.object({
    default_agent: perhaps(name),
    agent: perhaps(name),
    role_agents: roles,
    worker_agents: roles,
  }),
)
const agentsSchema = z.lazy(() => z.object({ agents: z.record(z.string(), perhaps(z.object({ command: name }))) }))

/** The programs that the settings of a town and of its rigs name; claude where they name none. */
export function agentPrograms(root: string, rigs: readonly Rig[]): readonly string[] {
  const folders = [root, ...rigs.map((rig) => join(root, rig.name))]
  const own: Readonly<Record<string, string>> = Object.assign({}, ...folders.map(ownAgents))
  const named = folders.flatMap(namedAgents)
  const all = named.length === 0 ? ['claude'] : named
  return [...new Set(all.map((agent) => own[agent] ?? programOf[agent] ?? agent))]
}

function namedAgents(folder: string): readonly string[] {
  const file = readJson(join(folder, 'settings/config.json'))
  const settings = file.known ? settingsSchema.safeParse(file.value).data : undefined
  const all = [
    settings?.default_agent,
    settings?.agent,
    ...Object.values(settings?.role_agents ?? {}),
    ...Object.values(settings?.worker_agents ?? {}),
  ]
  return all.filter((agent) => agent !== undefined)
}

/** Agents that a person has given a command of their own. */
function ownAgents(folder: string): Readonly<Record<string, string>> {
  const file = readJson(join(folder, 'settings/agents.json'))
  const agents = (file.known && agentsSchema.safeParse(file.value).data?.agents) || {}
  return Object.fromEntries(Object.entries(agents).flatMap(([agent, own]) => (own ? [[agent, own.command]] : [])))
}
