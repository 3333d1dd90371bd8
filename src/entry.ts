import { fstatSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { priorities } from './domain/priority.js'
import { exitCodes } from './exit-codes.js'
import type * as HeadStart from './head-start.js'
import type * as NotDue from './leave-at-once.js'
import type * as Main from './main.js'
import { openParts, type Parts } from './parts.js'
import { withPriorities } from './ports/journal.js'

/** The oldest node that runs the parts of the program. This file is for any node: it says so where another one is. */
const oldest = { major: 20, minor: 19 }
/** The newest that is known to know all flags set here: V8 complains of one that it does not know on stderr, and would in each check. */
const newest = 24
/** The parts that begin, as the build named them. */
declare const MAIN_PART: string
declare const NOT_DUE_PART: string
declare const HEAD_START_PART: string
type MainPart = typeof Main
type NotDuePart = typeof NotDue
type HeadStartPart = typeof HeadStart

/** What goes wrong that nobody foresaw is said, and is no warning: a node that dies by itself exits with 1. */
function giveUp(what: string): void {
  const { env, stderr } = process
  stderr.write(withPriorities(`gt-heartbeat: ${what}\n`, { env, stream: 2, priorityOf: () => priorities.warning }))
  process.exit(exitCodes.unknown)
}

/** A part that is missing or broken says itself what to type. */
function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.name === 'NotWhole' ? error.message : error.stack || error.message
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const isTooOld = major < oldest.major || (major === oldest.major && minor < oldest.minor)

/** What tells surely takes as long to load as all else that says nothing is due. */
function isTerminal(): boolean {
  const out = fstatSync(1)
  const isSilent = !out.isCharacterDevice() || out.rdev === statSync('/dev/null').rdev
  return !isSilent && process.getBuiltinModule('node:tty').isatty(1)
}

function say(text: string): void {
  try {
    writeSync(1, text)
  } catch {
    // Nobody reads any more.
  }
}

const words = process.argv.slice(2)
const has = (word: string): boolean => words.indexOf(word) >= 0
const isCheck = has('--once') && !has('--dry-run')
/** What a check needs of node's own; everything else needs the first. */
const ofNode = ['node:child_process', 'node:timers/promises', 'node:tty']

/** A check is over before code that V8 optimizes has paid for it: a fifth of the processor time of a large town, and 6 MiB. And before young memory
 *  has paid for growing, or for threads that clear it together: what is touched first costs more than what is cleared once more, a fifth of a large
 *  town again, and a quarter of its memory. */
const flags = ['--no-opt', ...(major <= newest ? ['--semi-space-growth-factor=1', '--no-parallel-scavenge'] : [])]

function begin(): void {
  const folder = join(__dirname, 'parts')
  const parts = openParts(folder)
  const said = has('--if-due') ? (parts.require(NOT_DUE_PART) as NotDuePart).leaveAtOnce(words, process.env) : undefined
  // A terminal gets it in colour, from the whole program.
  if (said === '' || (said && !isTerminal())) {
    say(said)
    parts.keepCompiled()
    return
  }
  const ahead = isCheck && said === undefined ? askAhead(parts) : undefined
  // What is compiled under other flags is not taken: what a check needs of node's own is loaded before, each part of ours after.
  for (const name of isCheck ? ofNode : ofNode.slice(0, 1)) process.getBuiltinModule(name)
  for (const flag of flags) process.getBuiltinModule('node:v8').setFlagsFromString(flag)
  const rest = openParts(folder, ahead ? 'ahead' : 'plain')
  void (rest.require(MAIN_PART) as MainPart).main(ahead)
  if (!isCheck) return
  // One that could not look has not used most of them, and what it kept would stay.
  process.once('exit', (code) => {
    if (code <= exitCodes.critical) rest.keepCompiled()
  })
}

function askAhead(parts: Parts): ReturnType<HeadStartPart['headStart']> {
  const ahead = (parts.require(HEAD_START_PART) as HeadStartPart).headStart(words, process.env)
  // At once, as long as the flags are those under which the next check comes here.
  if (ahead) parts.keepCompiled()
  return ahead
}

if (isTooOld) {
  const wanted = `${oldest.major}.${oldest.minor}`
  giveUp(
    `it needs Node ${wanted} or later, and ${process.execPath} is ${process.version}: get one from https://nodejs.org`,
  )
}
process.on('uncaughtException', (error) => giveUp(told(error)))
try {
  begin()
} catch (error) {
  giveUp(told(error))
}
