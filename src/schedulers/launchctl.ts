import { cannotTell, type Known, known } from '../domain/known.js'
import { InstallError } from '../errors.js'
import { sleep } from '../ports/clock.js'
import type { CommandResult } from '../ports/command.js'
import type { Job } from './launchd-lists.js'
import type { Machine } from './scheduler.js'
import { ask } from './steps.js'

/** Milliseconds within which a job that was told to go is gone, and one that was put in place is there. */
const settling = 10_000
/** Tries of a bootstrap that meets what the one before left. */
const tries = 4

type Failure = Extract<CommandResult, { readonly ok: false }>

/** Codes of launchctl: those of errno, and its own from 100 on. */
const code = { noProcess: 3, io: 5, inProgress: 36, already: 37, noService: 113 } as const

/** What launchctl failed with: its exit code, and where that says little the number in its words. */
function codeOf({ exitCode, stderr }: Failure): number | undefined {
  const said = /\bfailed: (\d+): /.exec(stderr)?.[1]
  return said === undefined ? exitCode : Number(said)
}

const launchctl = (machine: Machine, ...args: readonly string[]): Promise<CommandResult> =>
  ask(machine, ['launchctl', ...args])

/** The domains of this user that answer: the one of the login at the screen first, then the one that is there without. */
export async function domainsOf(machine: Machine): Promise<Known<readonly string[]>> {
  const found: string[] = []
  let last = ''
  for (const domain of [`gui/${machine.uid}`, `user/${machine.uid}`]) {
    const result = await launchctl(machine, 'print', domain)
    if (result.ok) found.push(domain)
    else last = result.failure
    // What hangs once hangs twice.
    if (!result.ok && result.kind === 'timeout') return cannotTell(result.failure)
  }
  return found.length > 0 ? known(found) : cannotTell(last)
}

/** What launchd says of a job; null when it has no such job. */
export async function printJob(machine: Machine, service: string): Promise<Known<string | null>> {
  const result = await launchctl(machine, 'print', service)
  if (result.ok) return known(result.stdout)
  const isUnknown = codeOf(result) === code.noService || /could not find service/i.test(result.stderr)
  return isUnknown ? known(null) : cannotTell(result.failure)
}

/** Whether a job is switched off for good, whatever its property list says. Cannot tell counts as no. */
export async function isDisabled(machine: Machine, domain: string, label: string): Promise<boolean> {
  const result = await launchctl(machine, 'print-disabled', domain)
  const line = result.stdout.split('\n').find((text) => text.includes(`"${label}" =>`))
  return line !== undefined && /=> (disabled|true)/.test(line)
}

/** Takes a job away and waits until it is gone: `bootout` returns before. Throws InstallError. */
export async function bootOut(machine: Machine, service: string): Promise<void> {
  const result = await launchctl(machine, 'bootout', service)
  const expected: readonly (number | undefined)[] = [code.inProgress, code.noService, code.noProcess]
  if (!result.ok && !expected.includes(codeOf(result))) throw new InstallError(result.failure)
  const gone = await settles(machine, service, (found) => found === null)
  if (!gone) throw new InstallError(`${service} is still there ${settling / 1000} s after launchctl bootout; try again`)
}

/** Puts a job in place, over what another bootout or bootstrap may still be at, and sees that it is there. Throws InstallError. */
export async function bootstrap(machine: Machine, domain: string, { label, path }: Job): Promise<void> {
  const service = `${domain}/${label}`
  // A job that was disabled once stays so, through every installation.
  const enabled = await launchctl(machine, 'enable', service)
  if (!enabled.ok) throw new InstallError(enabled.failure)
  for (let left = tries; left > 0; left--) {
    const result = await launchctl(machine, 'bootstrap', domain, path)
    if (result.ok || (await isThere(machine, service))) break
    if (left === 1 || !isPassing(result)) throw new InstallError(`${result.failure}${hint(result)}`)
    await sleep(500)
  }
  if (await settles(machine, service, (found) => found !== null)) return
  throw new InstallError(`launchctl took ${path} and has no job ${service}; try: launchctl print ${service}`)
}

const isThere = async (machine: Machine, service: string): Promise<boolean> => {
  const found = await printJob(machine, service)
  return found.known && found.value !== null
}

function isPassing(failure: Failure): boolean {
  const passing: readonly (number | undefined)[] = [code.io, code.inProgress, code.already]
  return passing.includes(codeOf(failure))
}

const hint = (failure: Failure): string => (codeOf(failure) === 125 ? '; nobody is logged in at the screen' : '')

/** Asks until launchd's answer is as wanted; false when it is not in time. */
async function settles(
  machine: Machine,
  service: string,
  isWanted: (found: string | null) => boolean,
): Promise<boolean> {
  const rounds = settling / 200
  for (let round = 0; round < rounds && machine.commands.left() > 0; round++) {
    const found = await printJob(machine, service)
    if (found.known && isWanted(found.value)) return true
    await sleep(200)
  }
  return false
}
