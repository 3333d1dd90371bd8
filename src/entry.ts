import { fstatSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { exitCodes } from './exit-codes.js'
import type * as NotDue from './leave-at-once.js'
import { openParts } from './parts.js'

/** The oldest node that runs the parts of the program. This file is for any node: it says so where another one is. */
const oldest = { major: 20, minor: 19 }
/** The parts that begin, as the build named them. */
declare const MAIN_PART: string
declare const NOT_DUE_PART: string
type NotDuePart = typeof NotDue

/** What goes wrong that nobody foresaw is said, and is no warning: a node that dies by itself exits with 1. */
function giveUp(what: string): void {
  process.stderr.write(`gt-heartbeat: ${what}\n`)
  process.exit(exitCodes.unknown)
}

/** A part that is missing or broken says itself what to type. */
function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.name === 'NotWhole' ? error.message : error.stack || error.message
}

function isTooOld(version: string): boolean {
  const numbers = version.split('.').map(Number)
  const major = numbers[0] ?? 0
  return major < oldest.major || (major === oldest.major && (numbers[1] ?? 0) < oldest.minor)
}

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

function begin(): void {
  const parts = openParts(join(__dirname, 'parts'))
  if (has('--if-due')) {
    const said = (parts.require(NOT_DUE_PART) as NotDuePart).leaveAtOnce(words, process.env)
    // A terminal gets it in colour, from the whole program.
    if (said === '' || (said !== undefined && !isTerminal())) {
      say(said)
      parts.keepCompiled()
      return
    }
  }
  // What is compiled under other flags is not taken: what each check needs of node's own is loaded before, each part of ours after.
  process.getBuiltinModule('node:child_process')
  // A check is over before code that V8 optimizes has paid for it: a fifth of the processor time of a large town, and 6 MiB.
  process.getBuiltinModule('node:v8').setFlagsFromString('--no-opt')
  parts.require(MAIN_PART)
  if (!has('--once') || has('--dry-run')) return
  // One that could not look has not used most of them, and what it kept would stay.
  process.once('exit', (code) => {
    if (code <= exitCodes.critical) parts.keepCompiled()
  })
}

if (isTooOld(process.versions.node)) {
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
