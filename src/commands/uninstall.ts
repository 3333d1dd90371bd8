import { resolve } from 'node:path'
import { ConfigError, UsageError } from '../errors.js'
import { exitCodes } from '../exit-codes.js'
import { townRoot } from '../find-town.js'
import { now } from '../ports/clock.js'
import { realPath } from '../ports/places.js'
import { type Ending, type RequestTo, type Surroundings, textOf } from '../request.js'
import { alone } from '../schedulers/config-lock.js'
import { isFor, schedulesByHand } from '../schedulers/in-place.js'
import { type Manifest, scheduleOf } from '../schedulers/manifest.js'
import { refuseSudo } from '../schedulers/no-sudo.js'
import type { Placement } from '../schedulers/placing.js'
import type { Machine, PresentSchedule } from '../schedulers/scheduler.js'
import { type Farewell, farewellSteps, takeAway } from '../schedulers/take-away.js'
import { accountable, newAccount } from '../schedulers/taking.js'
import { thisMachine } from '../schedulers/this-machine.js'
import { takeManifest } from './take-manifest.js'

type UninstallRequest = RequestTo<'install' | 'uninstall' | 'rearm' | 'doctor'>

const mend = 'the rest is still there: when that is mended, type gt-heartbeat uninstall again'

/** Takes away exactly what `install` put in place, and says how to remove the rest. Throws ConfigError, UsageError, Unavailable, InstallError and Busy. */
export async function uninstall({ flags }: UninstallRequest, surroundings: Surroundings): Promise<Ending> {
  const machine = thisMachine(surroundings)
  refuseSudo(machine, 'uninstall')
  if (flags.dryRun) {
    const { manifest } = takeManifest(machine, false)
    const asked = { manifest, machine, flags, surroundings }
    const found = find(asked)
    const steps = found.farewell ? await farewellSteps(found.farewell) : []
    return said(flags, [found.head, ...steps.flatMap(({ says }) => says)], await leftByHand(asked, found))
  }
  return alone(machine, async (folders) => {
    const { manifest, note } = takeManifest(machine, true)
    const asked = { manifest, machine, flags, surroundings }
    const found = find(asked)
    const { farewell, head } = found
    if (farewell === undefined) return said(flags, [head], await leftByHand(asked, found), note)
    const account = newAccount()
    const { removals, clear } = await accountable(account, mend, () => takeAway(farewell, account))
    folders.clear.push(...clear)
    const lines = [head, ...account.done.map((line) => `  ${line}`), ...kept(removals), left]
    return said(flags, lines, await leftByHand(asked, found), [...note, ...account.notes])
  })
}

const left = 'sessions, and every file of the town, were left as they are'

interface Asked {
  readonly manifest: Manifest
  readonly machine: Machine
  readonly flags: UninstallRequest['flags']
  readonly surroundings: Surroundings
}

interface Found {
  readonly town: string
  /** Undefined: nothing was installed for it. */
  readonly farewell?: Farewell
  /** The first line of what is said. */
  readonly head: string
}

/** The schedule that is meant. */
function find(asked: Asked): Found {
  const { manifest, machine, flags } = asked
  const town = townMeant(asked)
  const { slug, installed } = scheduleOf(manifest, town) ?? {}
  const isOther = flags.scheduler !== undefined && installed?.scheduler !== flags.scheduler
  if (slug === undefined || installed === undefined || isOther) {
    const by = flags.scheduler === undefined ? '' : ` by ${flags.scheduler}`
    return { town, head: `nothing is installed${by} for ${town}: nothing was done` }
  }
  const head = `${flags.dryRun ? 'would be taken away' : 'taken away'}: the schedule of ${town}, by ${installed.scheduler}`
  return { town, farewell: { slug, installed, manifest, machine, now: now() }, head }
}

/** Schedules that `install` did not make. */
interface ByHand {
  /** What is said of those for the town that is meant, with the commands that remove them. */
  readonly lines: readonly string[]
  /** Where nothing was installed for that town: what schedules there are for others. */
  readonly others: string
}

/** What else starts checks. */
async function leftByHand({ manifest, machine, flags }: Asked, { town, farewell }: Found): Promise<ByHand> {
  const { byHand, doubts } = await schedulesByHand(manifest, machine)
  const wanted = byHand.filter(({ scheduler }) => flags.scheduler === undefined || scheduler === flags.scheduler)
  const ofTown = wanted.filter((one) => isFor(town, one))
  const ofOthers = schedulesIn(
    manifest,
    wanted.filter((one) => !isFor(town, one)),
  )
  const lines = ofTown.flatMap(removalLines)
  if (farewell !== undefined || ofTown.length > 0) return { lines, others: '' }
  const none = doubts.length > 0 ? 'no schedule was found' : 'there is no schedule'
  const known = ofOthers.length === 0 ? none : `there is one for ${ofOthers.join(', for ')}`
  return { lines, others: ['', known, ...doubts].join('; ') }
}

const removalLines = ({ scheduler, slug, sight, removal }: PresentSchedule): readonly string[] => [
  `${scheduler} (${slug}) has a schedule for it that was put there by hand: ${sight.says}`,
  '  to remove it, type:',
  ...removal.map((line) => `    ${line}`),
]

function schedulesIn({ schedules }: Manifest, byHand: readonly PresentSchedule[]): readonly string[] {
  return [
    ...Object.values(schedules).map(({ town, scheduler }) => `${town} (${scheduler})`),
    ...byHand.map(({ town, scheduler }) => `${town} (${scheduler}, by hand)`),
  ]
}

/** The real path of the town, also when the town itself is gone. Throws UsageError where it is not clear which one is meant. */
function townMeant({ manifest, flags, surroundings }: Asked): string {
  const { env, cwd } = surroundings
  if (flags.town !== undefined) {
    const path = resolve(cwd, flags.town)
    return realPath(path) ?? path
  }
  const here = townHere(env, cwd)
  const [only, ...more] = Object.values(manifest.schedules)
  if (here !== undefined) return here
  if (only !== undefined && more.length === 0) return only.town
  throw new UsageError(`no town here: say with --town whose schedule is meant; ${installedIn(manifest)}`)
}

function installedIn(manifest: Manifest): string {
  const all = schedulesIn(manifest, [])
  return all.length === 0 ? 'none was installed' : `there is one for ${all.join(', for ')}`
}

function townHere(env: Surroundings['env'], cwd: string): string | undefined {
  try {
    return townRoot({ town: undefined, env, cwd })
  } catch (error) {
    if (error instanceof ConfigError) return undefined
    throw error
  }
}

const kept = (removals: readonly Placement[]): readonly string[] =>
  removals
    .filter(({ change }) => change === 'kept')
    .map(({ path, beside }) => `kept: ${path} was not as it was installed; it is now ${beside}`)

function said(
  { quiet }: UninstallRequest['flags'],
  [head = '', ...lines]: readonly string[],
  byHand: ByHand,
  notes: readonly string[] = [],
): Ending {
  const stderr = textOf(notes.map((note) => `gt-heartbeat: ${note}`))
  const told = quiet ? [] : [`${head}${byHand.others}`, ...lines]
  const isLeft = byHand.lines.length > 0
  const exitCode = isLeft ? exitCodes.warning : exitCodes.ok
  return { stdout: textOf([...told, ...byHand.lines]), stderr, exitCode }
}
