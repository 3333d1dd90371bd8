import type { Role } from './agent.js'
import type { Process } from './session.js'
import type { Settings } from './settings.js'

const wellKnown = ['claude', 'node', 'bun']
/** Claude Code shows its own version as the name of its process. */
const version = /^\d+\.\d+\.\d+([-+][\w.+-]+)?$/
const shells = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'mksh', 'fish', 'tcsh', 'csh', 'nu', 'elvish'])
const interpreter = /^(python|pypy|ruby|perl|node|bun|deno|tsx|env|php|lua)[\d.]*$/
/** Linux keeps so many bytes of a process's name. */
const shortName = 15

/** The last part of a path, without the dash that marks a login shell. */
const baseName = (word: string): string => word.slice(word.lastIndexOf('/') + 1).replace(/^-/, '')

/** Whether a program of that name is a shell; `-bash` and `/bin/bash` are. */
export const isShell = (name: string): boolean => shells.has(baseName(name))

/** What a shell or interpreter was told to run: the name of a script or a module; undefined when it was told nothing. */
function scriptOf(argv: readonly string[]): string | undefined {
  const [first = '', ...words] = argv
  const program = baseName(first)
  if (!shells.has(program) && !interpreter.test(program)) return undefined
  const script = words.find((word) => !word.startsWith('-') && !(program === 'env' && word.includes('=')))
  return script === undefined || runsText(program, words) ? undefined : baseName(script)
}

/** `sh -c TEXT`, `bash -lc TEXT`: what follows is shell text and no script's name. */
const runsText = (program: string, words: readonly string[]): boolean =>
  shells.has(program) && words.some((word) => /^-[a-z]*c$/.test(word))

/** A shell that waits for a person: no script, no text to run. */
export const isBareShell = ({ argv, comm }: Process): boolean =>
  isShell(argv[0] ?? comm) && scriptOf(argv) === undefined && !runsText(baseName(argv[0] ?? comm), argv.slice(1))

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

/** Whether a process of that name is an agent's: a well-known name, a version number, or one of `names`. */
export const isAgentName = (name: string, names: readonly string[]): boolean =>
  wellKnown.includes(name) || version.test(name) || names.includes(name)

const withoutSuffix = (script: string): string => script.replace(/\.(sh|[cm]?[jt]s|py|rb|pl)$/, '')

/** The name by which a process is recognised as an agent, or undefined: its short name, its program's, or its script's. */
export function agentNameOf({ comm, argv }: Process, names: readonly string[]): string | undefined {
  const script = scriptOf(argv) ?? ''
  const candidates = [comm, baseName(argv[0] ?? ''), script, withoutSuffix(script)]
  const cutOff = comm.length === shortName ? names.find((name) => name.startsWith(comm)) : undefined
  return candidates.find((name) => name !== '' && isAgentName(name, names)) ?? cutOff
}
