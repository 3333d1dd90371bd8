import type { Process } from './session.js'

const wellKnown: ReadonlySet<string> = new Set(
  [
    ['sh', 'bash', 'rbash', 'dash', 'posh', 'ash', 'zsh', 'rzsh', 'yash', 'osh', 'ysh', 'oil'],
    ['ksh', 'rksh', 'mksh', 'lksh', 'oksh', 'loksh', 'pdksh', 'fish', 'csh', 'tcsh'],
    ['nu', 'nushell', 'elvish', 'xonsh', 'pwsh', 'powershell'],
  ].flat(),
)

/** Programs that are a shell if their first word names one. */
const multicall: ReadonlySet<string> = new Set(['busybox', 'toybox', 'oils-for-unix', 'oil.ovm'])
const python = /^(python|pypy)[\d.]*$/

/** Entries of /etc/shells that do not wait for commands of a person: multiplexers, restricted logins and interpreters. */
const noShells =
  /^(tmux|screen|zellij|byobu.*|git-shell|nologin|false|true|sftp-server|scponly.*|rssh|python.*|node|bun)$/

/** The last part of a path, without the dash that marks a login shell. */
export const baseName = (word: string): string => word.slice(word.lastIndexOf('/') + 1).replace(/^-/, '')

/** The name of a shell's program without its version and without the marks of its packaging. */
function plainName(word: string): string {
  const name = baseName(word.replace(/ \(deleted\)$/, '')).replace(/^\./, '')
  const bare = name.replace(/\.exe$/, '').replace(/-(un)?wrapped$/, '')
  return multicall.has(bare) ? bare : bare.replace(/-static$/, '').replace(/[-.]?\d[\d.]*$/, '')
}

/** The names of the shells in the text of /etc/shells and of the user's own login shell. */
export function shellNames(etcShells: string, loginShell: string): readonly string[] {
  const paths = [...etcShells.split('\n'), loginShell].map((line) => line.trim())
  const names = paths.filter((path) => path.startsWith('/')).map(plainName)
  return names.filter((name) => name !== '' && !noShells.test(name))
}

/** Whether a program of that name is a shell; `-bash` and `/bin/bash` are. `more`: the names of `shellNames`. */
export const isShell = (name: string, more: readonly string[] = []): boolean =>
  wellKnown.has(plainName(name)) || more.includes(plainName(name))

/** A shell that runs, and the words after its name. */
export interface RunningShell {
  readonly name: string
  readonly words: readonly string[]
}

/** The shell of a command line; undefined if it runs another program. */
export function shellOf(argv: readonly string[], more: readonly string[] = []): RunningShell | undefined {
  const [first = '', second = '', ...rest] = argv
  const isOther = multicall.has(plainName(first)) || (python.test(baseName(first)) && !second.startsWith('-'))
  const name = isOther ? second : first
  if (!isShell(name, more)) return undefined
  return { name: plainName(name), words: isOther ? rest : argv.slice(1) }
}

/** The shell that a process is by its words, its short name and its program file: a title alone makes no shell. */
export function shellOfProcess({ argv, comm, executable }: Process, more: readonly string[]): RunningShell | undefined {
  const shell = shellOf(argv.length > 0 ? argv : [comm], more)
  if (shell === undefined) return undefined
  const isOfShell = (name: string) =>
    isShell(name, more) || multicall.has(plainName(name)) || (shell.name === 'xonsh' && python.test(baseName(name)))
  return [comm, executable].every((name) => name === undefined || isOfShell(name)) ? shell : undefined
}

/** What a shell was told to run: a script by its name, a text, or nothing, so that it prompts for commands. */
export type ShellTask = { readonly kind: 'prompt' | 'text' } | { readonly kind: 'script'; readonly script: string }

interface Options {
  /** Options whose value is the next word. */
  readonly valued: RegExp
  /** Options that make the shell run a text, or a file, and end. */
  readonly text: RegExp
  /** Options that make the words that follow parameters of a shell that prompts. */
  readonly parameters?: RegExp
  /** Options that make the shell prompt after it has run a text. */
  readonly stays?: RegExp
}

// An option that is missing in `valued` makes its value look like a script: such a shell is left alone.
const posix: Options = {
  valued: /^[-+][A-Za-z]*o$/,
  text: /^-[A-Za-z]*c[A-Za-z]*$/,
  parameters: /^-[A-Za-z]*s[A-Za-z]*$/,
}
const bash: Options = { ...posix, valued: /^(--rcfile|--init-file|[-+][A-Za-z]*[oO])$/ }
const csh: Options = { valued: /^$/, text: posix.text }
const nu: Options = {
  valued: /^(--(config|env-config|plugin-config|include-path|error-style|log-level|log-target|execute)|-[Ie])$/,
  text: /^(-[A-Za-z]*c|--commands(=.*)?)$/,
}
const pwsh: Options = {
  valued:
    /^-(configurationname|custompipename|executionpolicy|ex|ep|inputformat|outputformat|settingsfile|workingdirectory|wd|windowstyle|w)$/i,
  text: /^-(c|command|cwa|commandwithargs|e|ec|encodedcommand|f|file)$/i,
  stays: /^-noexit$/i,
}
const options: Readonly<Record<string, Options>> = {
  bash,
  rbash: bash,
  osh: bash,
  ysh: bash,
  oil: bash,
  yash: bash,
  zsh: { ...posix, valued: /^([-+][A-Za-z]*o|--emulate)$/ },
  csh,
  tcsh: csh,
  fish: {
    valued:
      /^(-[A-Za-z]*[CdDfop]|--(init-command|debug|debug-output|debug-stack-frames|features|profile|profile-startup))$/,
    text: /^(-[A-Za-z]*c.*|--command(=.*)?)$/,
  },
  nu,
  nushell: nu,
  elvish: { valued: /^--?(rc|db|sock|log)$/, text: /^--?c$/ },
  xonsh: { valued: /^(--rc|-D|--shell-type|-st)$/, text: posix.text },
  pwsh,
  powershell: pwsh,
}

/** What a shell was told to run by its words. */
export function taskOf({ name, words }: RunningShell): ShellTask {
  const { valued, text, parameters, stays } = options[name] ?? posix
  const first = firstOperand(words, valued)
  const has = (option: RegExp | undefined) => words.slice(0, first).some((word) => option?.test(word))
  if (has(text)) return { kind: has(stays) ? 'prompt' : 'text' }
  const script = words[first]
  return script === undefined || has(parameters) ? { kind: 'prompt' } : { kind: 'script', script: baseName(script) }
}

/** The index of the first word that is neither an option nor the value of one. */
function firstOperand(words: readonly string[], valued: RegExp): number {
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? ''
    if (word === '--' || word === '-') return index + 1
    if (!/^[-+]./.test(word)) return index
    if (valued.test(word)) index += 1
  }
  return words.length
}
