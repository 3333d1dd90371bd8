import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type BusyTown, raiseBusyTown } from '../support/faults/busy-town.js'
import { patient } from '../support/faults/pace.js'
import { PROGRAM } from '../support/run-check.js'
import { located } from '../support/stand-ins.js'
import { waitFor } from '../support/wait-for.js'

const onATerminal = fileURLToPath(new URL('../support/programs/on-a-terminal.py', import.meta.url))

/** What became of a command on a terminal on which somebody had typed ahead. */
interface Seen {
  readonly exitCode: number
  readonly printed: string
  /** The terminal's settings are what they were. */
  readonly isAsBefore: boolean
  /** What nobody has read of what was typed. */
  readonly leftToRead: string
}

const isSeen = (value: unknown): value is Seen => typeof value === 'object' && value !== null && 'leftToRead' in value

async function checkOnATerminal(town: BusyTown, python: string): Promise<Seen> {
  const words = [onATerminal, process.execPath, PROGRAM, '--town', town.root, '--once', '-v']
  const child = spawn(python, words, { env: { ...town.env, TERM: 'xterm-256color' }, cwd: town.root })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    printed += text
  })
  await once(child, 'close')
  const seen: unknown = JSON.parse(printed)
  if (!isSeen(seen)) throw new Error(printed)
  return seen
}

/** Reads whatever it can, and steers every terminal that it has, or that its session has; then does its work. */
const steers = `for number in 0 1 2; do
  [ -t $number ] && { stty raw -echo <&$number; printf '\\033c\\033]0;taken\\007' >&$number; }
done
{ stty raw -echo; printf '\\033c\\033]0;taken\\007'; read -r line; } </dev/tty >/dev/tty 2>/dev/null
[ ! -t 0 ] || read -r line
`
/** Says on both outputs what steers a terminal, and fails. */
const saysSo = `printf '\\033c\\033]0;taken\\007\\033[2J no such bead\\r\\n'
printf 'Error: \\033c\\033]0;taken\\007\\033[2J\\302\\233 2J no such bead\\r\\n' >&2
exit 1
`
/** Colours are our own. */
const colour = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g')
/** Any other control character but the ends of lines. */
const steering = /[^\P{Cc}\r\n\t]/u

const python = located('python3', process.env['PATH'] ?? '')
const programs = ['tmux', 'bd', 'gt', 'git']

let town: BusyTown

describe.each(['classic', 'current'] as const)('a check of a %s town that somebody runs on a terminal', (kind) => {
  beforeEach(async () => {
    town = await raiseBusyTown(kind)
    town.configure(patient.settings)
  })
  afterEach(() => town.end())

  it('has no program that changes the terminal, or reads what was typed ahead for the next one', async (ctx) => {
    if (!python) return ctx.skip('needs python3: apt-get install python3')
    for (const program of programs) town.programs.spoil(program, steers)
    const { printed, ...seen } = await checkOnATerminal(town, python)
    expect(seen).toEqual({ exitCode: 1, isAsBefore: true, leftToRead: 'typed ahead\n' })
    expect(printed).not.toContain('taken')
    expect(printed.replace(colour, '')).not.toMatch(steering)
    await waitFor('all is done', () => town.wrong().length === 0)
  })

  it('shows what a program says without being steered by it', async (ctx) => {
    if (!python) return ctx.skip('needs python3: apt-get install python3')
    for (const program of ['bd', 'gt']) town.programs.spoil(program, saysSo)
    const { printed, exitCode } = await checkOnATerminal(town, python)
    expect(exitCode).toBe(3)
    expect(printed).toContain('no such bead')
    expect(printed.replace(colour, '')).not.toMatch(steering)
  })
})
