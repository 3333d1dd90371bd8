import { ConfigError } from '../errors.js'
import { findTown } from '../find-town.js'
import { type Ending, type RequestTo, type Surroundings, volumeOf } from '../request.js'
import { alone } from '../schedulers/config-lock.js'
import { refuseSudo } from '../schedulers/no-sudo.js'
import { isChange, planFor, putInPlace, stepsOf, type Wish } from '../schedulers/put-in-place.js'
import { type Farewell, farewellSteps, takeAway } from '../schedulers/take-away.js'
import { accountable, newAccount } from '../schedulers/taking.js'
import { thisMachine } from '../schedulers/this-machine.js'
import { type Installation, installEnding } from './install-lines.js'
import { takeManifest } from './take-manifest.js'
import { wishFor } from './wish-for.js'

type InstallRequest = RequestTo<'install' | 'uninstall' | 'rearm' | 'doctor'>

/** Puts the schedule of a town in place, or with --dry-run says how. Throws ConfigError, UsageError, Unavailable, InstallError and Busy. */
export async function install({ flags }: InstallRequest, surroundings: Surroundings): Promise<Ending> {
  const machine = thisMachine(surroundings)
  refuseSudo(machine, 'install')
  const town = townOf(flags, surroundings)
  const telling = { volume: volumeOf(flags), json: flags.json === true }
  if (flags.dryRun) {
    const { manifest, note } = takeManifest(machine, false)
    const { wish, notes } = await wishFor({ town, flags, cwd: surroundings.cwd, machine, manifest })
    return installEnding(await rehearse(wish, [...note, ...notes]), telling)
  }
  const done = await alone(machine, async (folders) => {
    const { manifest, note } = takeManifest(machine, true)
    const { wish, notes } = await wishFor({ town, flags, cwd: surroundings.cwd, machine, manifest })
    return perform(wish, [...note, ...notes], folders)
  })
  return installEnding(done, telling)
}

/** Throws ConfigError when its checks could only say the same. */
function townOf(flags: InstallRequest['flags'], surroundings: Surroundings): string {
  const { root, flaw } = findTown({ ...flags, ...surroundings })
  if (flaw === undefined || flaw.gate.reason === 'unavailable') return root
  throw new ConfigError(flaw.findings.map(({ because }) => ({ file: '', key: '', what: because })))
}

/** The same schedule by another scheduler, which goes first. */
function formerOf({ schedule, scheduler, manifest, machine, now }: Wish): Farewell | undefined {
  const installed = manifest.schedules[schedule.slug]
  if (installed === undefined || installed.scheduler === scheduler.name) return undefined
  return { slug: schedule.slug, installed, manifest, machine, now }
}

async function rehearse(wish: Wish, notes: readonly string[]): Promise<Installation> {
  const former = formerOf(wish)
  const plan = planFor(wish)
  const steps = [...(former ? await farewellSteps(former) : []), ...(await stepsOf(plan, wish))]
  return { wish, plan, notes, dryRun: true, says: steps.flatMap(({ says }) => says), sight: undefined }
}

interface Folders {
  readonly made: readonly string[]
  readonly clear: string[]
}

const mend = 'it is not whole: when that is mended, type gt-heartbeat install again (or gt-heartbeat uninstall)'

async function perform(wanted: Wish, notes: readonly string[], folders: Folders): Promise<Installation> {
  const account = newAccount()
  return accountable(account, mend, async () => {
    const former = formerOf(wanted)
    // Before anything is taken away: whatever forbids the new one is thrown here.
    planFor(wanted)
    const manifest = former ? (await takeAway(former, account)).manifest : wanted.manifest
    const wish = { ...wanted, manifest }
    const plan = planFor(wish)
    const sight = await putInPlace(plan, wish, { account, made: folders.made })
    folders.clear.push(...manifest.folders)
    const says = isChange(plan) || account.done.length > 0 ? account.done : []
    return { wish, plan, notes: [...notes, ...account.notes], dryRun: false, says, sight }
  })
}
