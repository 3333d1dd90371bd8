import { join } from 'node:path'
import type { AgentRecord, Ledger } from '../domain/ledger.js'
import { Busy, Unavailable } from '../errors.js'
import { findTown } from '../find-town.js'
import { isHeld, takeLock } from '../gate/own-lock.js'
import { appointmentFile } from '../ports/appointment-file.js'
import { now } from '../ports/clock.js'
import { removeFile } from '../ports/files.js'
import { openLedger } from '../ports/ledger-file.js'
import { LockUnavailable } from '../ports/lock.js'
import { allStoodDown, standUp } from '../ports/stand-downs.js'
import type { Ending, RequestTo, Surroundings } from '../request.js'
import { logOf, userOf } from './down.js'
import { whomOf } from './whom.js'

/** A check that runs is waited for this long, milliseconds. */
const patience = 120_000

/** Lets a town, a rig or an agent be healed again: what kept it down is forgotten. Throws Busy when a check does not end. */
export async function up({ whom, flags }: RequestTo<'down' | 'up'>, surroundings: Surroundings): Promise<Ending> {
  const place = findTown({ ...flags, ...surroundings })
  const { root, settings } = place
  const who = whomOf(place, whom, isListed(root, whom))
  const lock = await takeLock(root, flags.wait ?? patience).catch(unavailable)
  if (!isHeld(lock)) throw new Busy(lock.because)
  try {
    standUp(root, who)
    const { requestMaxAge } = settings
    const ledger = openLedger(join(root, 'daemon/heartbeat/ledger.json'), {
      now: now(),
      readOnly: false,
      requestMaxAge,
    })
    ledger.change((remembered) => forgive(remembered, who))
    removeFile(appointmentFile(root))
    logOf(place).line(`Stood up: ${who} (by ${userOf(surroundings.env)})`)
  } finally {
    lock.release()
  }
  return { stdout: flags.quiet ? '' : said(root, who), stderr: '', exitCode: 0 }
}

function unavailable(error: unknown): never {
  throw error instanceof LockUnavailable ? new Unavailable(error.message, { cause: error }) : error
}

function isListed(root: string, whom: string): boolean {
  const all = allStoodDown(root)
  return all.known && all.value.some((one) => one.whom === whom)
}

/** The ledger without what kept these agents down: their own requests to shut down, and failed starts. */
export function forgive(ledger: Ledger, whom: string): Ledger {
  const isMeant = (name: string): boolean => whom === 'town' || name === whom || name.startsWith(`${whom}/`)
  const agents = Object.entries(ledger.agents).map(([name, record]) => [
    name,
    isMeant(name) ? forgiven(record) : record,
  ])
  return { ...ledger, agents: Object.fromEntries(agents) }
}

function forgiven({ standDown: _asked, plainShell: _swallowed, ...record }: AgentRecord): AgentRecord {
  return { ...record, starts: [] }
}

function said(root: string, who: string): string {
  const all = allStoodDown(root)
  const others = all.known ? all.value.filter(({ whom }) => isAbout(who, whom)) : []
  const still = others.map(({ whom }) => `still kept down: ${whom}, until: gt-heartbeat up ${whom}\n`)
  return [`${who} may be healed again; the next check is due now\n`, ...still].join('')
}

/** Whether somebody else's standing down still matters to whom was let up: the town or rig around it, or those within it. */
const isAbout = (who: string, whom: string): boolean =>
  who === 'town' || whom === 'town' || who.startsWith(`${whom}/`) || whom.startsWith(`${who}/`)
