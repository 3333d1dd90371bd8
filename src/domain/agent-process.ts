import type { Role } from './agent.js'
import type { Process } from './session.js'
import type { Settings } from './settings.js'
import { baseName, isShell, shellOf, taskOf } from './shells.js'

const wellKnown = ['claude', 'node', 'bun']
/** Claude Code shows its own version as the name of its process. */
const version = /^\d+\.\d+\.\d+([-+][\w.+-]+)?$/
const interpreter = /^(python|pypy|ruby|perl|node|bun|deno|tsx|env|php|lua)[\d.]*$/
/** Linux keeps so many bytes of a process's name. */
const shortName = 15

/** Process names of gt's presets whose name is not that of their process. */
const presets: Readonly<Record<string, readonly string[]>> = {
  claude: ['node', 'claude'],
  cursor: ['cursor-agent', 'agent'],
  opencode: ['opencode', 'node', 'bun'],
  pi: ['pi', 'node', 'bun'],
  omp: ['omp', 'node', 'bun'],
  'groq-compound': ['node', 'claude'],
}

/** The names that a session's environment gives to its agent: `GT_PROCESS_NAMES`, else the ones of the preset in `GT_AGENT`.
 *  The name of a shell tells nothing: a shell is left when the agent has ended. */
export function declaredNames(processNames: string, agent: string): readonly string[] {
  const declared = processNames.split(',').filter((name) => name !== '')
  const names = declared.length > 0 || agent === '' ? declared : (presets[agent] ?? [agent])
  return names.filter((name) => !isShell(name))
}

/** What a shell or interpreter was told to run: the name of a script or a module; undefined when it was told nothing. */
function scriptOf(argv: readonly string[]): string | undefined {
  const shell = shellOf(argv)
  const task = shell && taskOf(shell)
  if (task !== undefined) return task.kind === 'script' ? task.script : undefined
  const [first = '', ...words] = argv
  const program = baseName(first)
  if (!interpreter.test(program)) return undefined
  const script = words.find((word) => !word.startsWith('-') && !(program === 'env' && word.includes('=')))
  return script === undefined ? undefined : baseName(script)
}

/** The name by which a configured command line is recognised when it runs: of its script, where an interpreter runs one. */
function programName(words: readonly string[]): string | undefined {
  return scriptOf(words) ?? (words[0] === undefined || isShell(words[0]) ? undefined : baseName(words[0]))
}

/** Names that tell an agent of that role besides the well-known ones: those of the configuration and its program's. */
export function agentNames(
  { agentNames, launch }: Pick<Settings, 'agentNames' | 'launch'>,
  role: Role,
): readonly string[] {
  const program = programName(launch[role])
  return program === undefined ? agentNames : [...agentNames, program]
}

const platform =
  /(-(linux|darwin|macos|apple|windows|win32|pc|freebsd|android|unknown|x64|x86|x86_64|arm64|aarch64|amd64|musl|gnu|msvc|baseline))+$/

/** A program's name as its author calls it, without what packages add: `.claude-unwrapped`, `claude.exe`, `codex-linux-x64`. */
function withoutPackaging(name: string): string {
  const bare = name
    .replace(/^\./, '')
    .replace(/\.exe$/, '')
    .replace(/-(un)?wrapped$/, '')
  const first = bare.replace(platform, '')
  return first === bare ? bare : withoutPackaging(first)
}

/** Whether a process of that name is an agent's: a well-known name, a version number, or one of `names`. */
export function isAgentName(name: string, names: readonly string[]): boolean {
  const isOne = (one: string) => wellKnown.includes(one) || names.includes(one)
  return isOne(name) || version.test(name) || isOne(withoutPackaging(name))
}

const withoutSuffix = (script: string): string => script.replace(/\.(sh|[cm]?[jt]s|py|rb|pl)$/, '')

/** The name by which a process is recognised as an agent, or undefined: its short name, its program's, or its script's. */
export function agentNameOf(
  { comm, argv }: Pick<Process, 'comm' | 'argv'>,
  names: readonly string[],
): string | undefined {
  const script = scriptOf(argv) ?? ''
  const candidates = [comm, baseName(argv[0] ?? ''), script, withoutSuffix(script)]
  return candidates.find((name) => name !== '' && isAgentName(name, names)) ?? cutOffName(comm, names)
}

/** The agent's name of which the kernel keeps the beginning only. */
function cutOffName(comm: string, names: readonly string[]): string | undefined {
  if (comm.length !== shortName) return undefined
  const bare = comm.replace(/^\./, '')
  const isCut = (name: string) =>
    name.startsWith(comm) ||
    ['-wrapped', '-unwrapped'].some((end) => `${name}${end}`.startsWith(bare) && bare.length > name.length)
  return [...names, ...wellKnown].find(isCut)
}

/** The same of a process that no agent's session shows: an interpreter is known by its script alone. */
export const agentProgramOf = (
  { comm, argv }: Pick<Process, 'comm' | 'argv'>,
  names: readonly string[],
): string | undefined =>
  [comm, baseName(argv[0] ?? ''), scriptOf(argv) ?? '']
    .filter((name) => name !== '' && !interpreter.test(name))
    .map((name) => agentNameOf({ comm: name, argv: [name] }, names))
    .find((name) => name !== undefined)
