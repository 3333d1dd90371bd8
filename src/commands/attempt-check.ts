import { dueNow, type Next } from '../domain/schedule.js'
import { ConfigError } from '../errors.js'
import { activityFilesOf, sampleActivity } from '../find-dialect.js'
import { findTown, flawOf, type Place } from '../find-town.js'
import { notDue } from '../gate/not-due.js'
import { isHeld, lockedBy, takeLock } from '../gate/own-lock.js'
import { heartbeat } from '../heartbeat.js'
import { lifecycle } from '../lifecycle.js'
import { kindOf, openTown } from '../open-town.js'
import { now } from '../ports/clock.js'
import { createCommands, type ProgramTally } from '../ports/command.js'
import { LockUnavailable } from '../ports/lock.js'
import { isSameHolder } from '../ports/lock-holder.js'
import type { Heartbeat } from '../remember/account.js'
import { standingNext } from '../remember/standing-next.js'
import { brokenOff, closedOut, flawed } from '../report/closed-out.js'
import type { Run } from '../report/document.js'
import type { Flags, Surroundings } from '../request.js'
import type { Flaw } from '../town.js'

/** A check that is wanted. */
export interface Wanted {
  readonly run: Run
  readonly flags: Flags
  readonly surroundings: Surroundings
}

/** What became of it. */
export interface Attempted {
  /** Undefined: no town was found. */
  readonly place: Place | undefined
  readonly heartbeat: Heartbeat
  readonly children: readonly ProgramTally[]
  /** What kind of town it was looked at as, and on which tmux socket; undefined: it was not opened. */
  readonly dialect?: string
  readonly socket?: string
  /** Where an error that nobody foresaw came from; empty where the system refused something, and where all went well. */
  readonly trace: string
}

/** How long another check is waited for, milliseconds, when nobody says. */
const patience = { heartbeat: 0, lifecycle: 60_000 } as const

/** Finds the town, takes its lock and has its heartbeat. Throws nothing: whatever happens is a heartbeat that can be told. */
export async function attemptCheck(wanted: Wanted): Promise<Attempted> {
  const place = search(wanted)
  if (!('root' in place))
    return { ...ended(flawed(place, now(), dueNow(now(), 'nothing was decided'))), place: undefined }
  const next = standingNext(place.root, now())
  try {
    return { ...(await checkAt(place, wanted, next)), place }
  } catch (error) {
    if (error instanceof LockUnavailable) return { ...ended(flawed(noLock(error), now(), next)), place }
    const trace = isOfSystem(error) ? '' : `${error instanceof Error ? error.stack : error}\n`
    return { ...ended(brokenOff(error, now(), next)), place, trace }
  }
}

/** Whether the system refused something: a full disk, a file system that can only be read, no descriptors left. What it says of it is enough. */
const isOfSystem = (error: unknown): boolean => error instanceof Error && 'syscall' in error

/** The town, or why there is none to be checked. */
function search({ flags, surroundings }: Wanted): Place | Flaw {
  if (surroundings.platform === 'win32') return flawOf('unavailable', [onWindows])
  try {
    return findTown({ ...flags, ...surroundings })
  } catch (error) {
    if (error instanceof ConfigError) return flawOf('config', error.complaints)
    throw error
  }
}

const onWindows = { file: '', key: '', what: 'there is no tmux on Windows: run this inside WSL' }

const noLock = ({ message }: LockUnavailable): Flaw => flawOf('unavailable', [{ file: '', key: '', what: message }])

type Came = Omit<Attempted, 'place'>

const ended = (heartbeat: Heartbeat): Came => ({ heartbeat, children: [], trace: '' })

/** The first questions of the gate, which need no lock: the town's flaws are told even while another check works. */
async function checkAt(place: Place, wanted: Wanted, next: Next): Promise<Came> {
  const { run, flags, surroundings } = wanted
  const early =
    place.flaw || !flags.ifDue
      ? undefined
      : notDue(place.root, activityFilesOf(place.root, surroundings.env), run.startedAt)
  if (early) return ended(closedOut(early, now(), next))
  const lock = run.dryRun ? await lockedBy(place.root) : await takeLock(place.root, flags.wait ?? patience[run.mode])
  if (lock !== undefined && !isHeld(lock)) {
    return ended(place.flaw ? flawed(place.flaw, now(), next) : closedOut(lock, now(), next))
  }
  const { headStart } = surroundings
  if (headStart && !isSameHolder(lock?.before, headStart.after)) headStart.end()
  try {
    return await checkIn(place, wanted)
  } finally {
    lock?.release()
  }
}

async function checkIn(place: Place, { run, surroundings }: Wanted): Promise<Came> {
  const commands = createCommands(now() + place.settings.runDeadline, surroundings.headStart)
  surroundings.onStop(commands.killAll)
  const { env } = surroundings
  const activity = surroundings.headStart?.activity() ?? sampleActivity(place.root, env, now())
  const town = openTown(place, { run, env, commands, activity, decided: await kindOf(place, env, commands) })
  try {
    const came = run.mode === 'lifecycle' ? await lifecycle(town) : await heartbeat(town)
    return {
      heartbeat: came,
      children: commands.tally(),
      trace: '',
      dialect: town.dialect.name,
      socket: town.tmux.socket,
    }
  } catch (error) {
    // What was asked and nobody waits for any more.
    commands.killAll()
    town.log.line(`Error: this check broke off: ${error instanceof Error ? error.message : error}`)
    throw error
  }
}
