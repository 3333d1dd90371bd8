import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Answerer, theAnswerer } from './answerer.js'

/** One start of a program that the stage wrote down: its own words, folder and environment. */
export interface Call {
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly pid: number
  readonly parent: number
  readonly env: Readonly<Record<string, string>>
}

/** A folder of programs to put first on PATH. Each writes down how it was called, then misbehaves if told so, then does its work. */
export interface StandIns {
  readonly bin: string
  calls(): readonly Call[]
  /** From now on this command does the work of the program. */
  replace(program: string, command: readonly string[]): void
  /** From now on the program runs these shell lines first; `work "$@"` in them does the real work. */
  spoil(program: string, shellLines: string): void
  mend(program: string): void
  /** The program is not installed any more. */
  uninstall(program: string): void
}

/** What a program does, and shell lines that may do it in its stead. */
interface Work {
  readonly command: readonly string[]
  readonly instead?: string
}

const program = (name: string): string => fileURLToPath(new URL(`programs/${name}`, import.meta.url))

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`

/** Programs of the machine that are let through, but written down. */
const RECORDED = ['tmux', 'git', 'ps', 'flock', 'systemd-run']

/** Has the one process that answers for many do the work, unless the caller lives in another world than that, or was told to misbehave. */
const together = (standIn: string, { fifo, pid }: Answerer): string => `
answer=$stage/answers/$$
if [ /proc/self/ns/mnt -ef /proc/${pid}/ns/mnt ] && mkfifo "$answer" 2>/dev/null; then
  exec 3<>"$answer"
  printf '%s\\t%s\\t%s\\n' ${quoted(standIn)} "$stage" "$$" >${quoted(fifo)}
  read -r code <&3
  exec 3<&-
  case $code in [0-9]*)
    cat "$answer.out"
    [ ! -f "$answer.err" ] || cat "$answer.err" >&2
    exit "$code"
  esac
fi`

const script = (stage: string, name: string, { command, instead = '' }: Work): string => `#!/bin/sh
stage=${quoted(stage)}
{ printf '%s\\0' ${name} "$PWD" "$PPID" "$#" "$@"; env -0; } >"$stage/calls/$$"
work() { ${command.map(quoted).join(' ')} "$@"; }
if [ -f "$stage/spoilt/${name}" ]; then
  . "$stage/spoilt/${name}"
else :${instead}
fi
exec ${command.map(quoted).join(' ')} "$@"
`

function readCall(path: string, pid: number): Call {
  const [name = '', cwd = '', parent = '', count = '', ...rest] = readFileSync(path, 'utf8').split('\0')
  const environment = rest.slice(Number(count)).filter(Boolean)
  const pairs = environment.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])
  return {
    program: name,
    args: rest.slice(0, Number(count)),
    cwd,
    pid,
    parent: Number(parent),
    env: Object.fromEntries(pairs),
  }
}

function callsIn(folder: string): readonly Call[] {
  return readdirSync(folder)
    .map((name) => ({ name, at: statSync(join(folder, name), { bigint: true }).mtimeNs }))
    .sort((one, other) => Number(one.at - other.at))
    .map(({ name }) => readCall(join(folder, name), Number(name)))
}

/** Everywhere the machine has a program of that name, in the order of a PATH. */
export const everyPlace = (name: string, path: string): readonly string[] =>
  path
    .split(':')
    .map((folder) => join(folder, name))
    .filter((place) => statSync(place, { throwIfNoEntry: false })?.isFile())

/** Where the machine has a program, looked for in a PATH. */
export const located = (name: string, path: string): string | undefined => everyPlace(name, path)[0]

/** Makes the folder: stand-ins for bd, gt and claude, and recorders in front of the machine's own programs on `path`.
 *  `era`: the folder of the stand-ins below `programs`, with a slash at its end. */
export function makeStandIns(stage: string, path: string, era = ''): StandIns {
  const bin = join(stage, 'bin')
  for (const folder of ['bin', 'calls', 'spoilt', 'answers']) mkdirSync(join(stage, folder), { recursive: true })
  const install = (name: string, work: Work): void => {
    writeFileSync(join(bin, name), script(stage, name, work))
    chmodSync(join(bin, name), 0o755)
  }
  const alone = (standIn: string): readonly string[] => [process.execPath, program('alone.mjs'), program(standIn)]
  const answerer = theAnswerer()
  const quick = (standIn: string): Work => ({
    command: alone(standIn),
    ...(answerer && { instead: together(program(standIn), answerer) }),
  })
  install('bd', quick(`${era}bd.mjs`))
  // What starts agents is killed, waited for and looked at while it does.
  install('gt', era === '' ? quick('gt.mjs') : { command: alone(`${era}gt.mjs`) })
  install('claude', { command: [program(`${era}claude`)] })
  for (const name of RECORDED) {
    const real = located(name, path)
    if (real) install(name, { command: [real] })
  }
  return {
    bin,
    calls: () => callsIn(join(stage, 'calls')),
    replace: (name, command) => install(name, { command }),
    spoil: (name, shellLines) => writeFileSync(join(stage, 'spoilt', name), shellLines),
    mend: (name) => rmSync(join(stage, 'spoilt', name), { force: true }),
    uninstall: (name) => rmSync(join(bin, name)),
  }
}

/** Ways to misbehave, as shell lines for `spoil`. `only` narrows it to calls whose words match a shell pattern. */
export const hang = 'trap "" TERM\nsleep 600\n'
export const prose = 'echo "Welcome! It looks like you are new here."\nexit 0\n'
export const silence = 'exit 0\n'
export const refuses = (words: string, status = 1): string => `echo ${quoted(words)} >&2\nexit ${status}\n`
export const slow = (seconds: number): string => `sleep ${seconds}\n`
export const killsTheCheckBefore = 'kill -KILL "$PPID"\nexit 1\n'
export const killsTheCheckAfter = 'work "$@"\nkill -KILL "$PPID"\nexit 0\n'
export const only = (pattern: string, lines: string): string => `case "$*" in ${pattern})\n${lines};;\nesac\n`
