import { resolve } from 'node:path'
import { ConfigError, UsageError } from '../errors.js'
import { townRoot } from '../find-town.js'
import { now } from '../ports/clock.js'
import { realPath } from '../ports/places.js'
import { type Ending, type RequestTo, type Surroundings, textOf } from '../request.js'
import { alone } from '../schedulers/config-lock.js'
import { type Manifest, scheduleOf } from '../schedulers/manifest.js'
import { refuseSudo } from '../schedulers/no-sudo.js'
import type { Placement } from '../schedulers/placing.js'
import type { Machine } from '../schedulers/scheduler.js'
import { type Farewell, farewellSteps, takeAway } from '../schedulers/take-away.js'
import { accountable, newAccount } from '../schedulers/taking.js'
import { thisMachine } from '../schedulers/this-machine.js'
import { takeManifest } from './take-manifest.js'

type UninstallRequest = RequestTo<'install' | 'uninstall' | 'rearm' | 'doctor'>

const mend = 'the rest is still there: when that is mended, type gt-heartbeat uninstall again'

/** Takes away exactly what `install` put in place. Throws ConfigError, UsageError, Unavailable, InstallError and Busy. */
export async function uninstall({ flags }: UninstallRequest, surroundings: Surroundings): Promise<Ending> {
  const machine = thisMachine(surroundings)
  refuseSudo(machine, 'uninstall')
  if (flags.dryRun) {
    const { manifest } = takeManifest(machine, false)
    const found = find({ manifest, machine, flags, surroundings })
    const steps = found.farewell ? await farewellSteps(found.farewell) : []
    return said(flags, [found.head, ...steps.flatMap(({ says }) => says)])
  }
  return alone(machine, async (folders) => {
    const { manifest, note } = takeManifest(machine, true)
    const { farewell, head } = find({ manifest, machine, flags, surroundings })
    if (farewell === undefined) return said(flags, [head], note)
    const account = newAccount()
    const { removals, clear } = await accountable(account, mend, () => takeAway(farewell, account))
    folders.clear.push(...clear)
    const lines = [head, ...account.done.map((line) => `  ${line}`), ...kept(removals), left]
    return said(flags, lines, [...note, ...account.notes])
  })
}

const left = 'sessions, and every file of the town, were left as they are'

interface Asked {
  readonly manifest: Manifest
  readonly machine: Machine
  readonly flags: UninstallRequest['flags']
  readonly surroundings: Surroundings
}

/** The schedule that is meant, and the first line of what is said. */
function find(asked: Asked): { readonly farewell?: Farewell; readonly head: string } {
  const { manifest, machine, flags } = asked
  const town = townMeant(asked)
  const { slug, installed } = scheduleOf(manifest, town) ?? {}
  const isOther = flags.scheduler !== undefined && installed?.scheduler !== flags.scheduler
  if (slug === undefined || installed === undefined || isOther) {
    const by = flags.scheduler === undefined ? '' : ` by ${flags.scheduler}`
    return { head: `nothing is installed${by} for ${town}: nothing was done; ${installedIn(manifest)}` }
  }
  const head = `${flags.dryRun ? 'would be taken away' : 'taken away'}: the schedule of ${town}, by ${installed.scheduler}`
  return { farewell: { slug, installed, manifest, machine, now: now() }, head }
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

function installedIn({ schedules }: Manifest): string {
  const all = Object.values(schedules).map(({ town, scheduler }) => `${town} (${scheduler})`)
  return all.length === 0 ? 'there is no schedule' : `there is one for ${all.join(', for ')}`
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

function said({ quiet }: UninstallRequest['flags'], lines: readonly string[], notes: readonly string[] = []): Ending {
  const stderr = textOf(notes.map((note) => `gt-heartbeat: ${note}`))
  return { stdout: quiet ? '' : textOf(lines), stderr, exitCode: 0 }
}
