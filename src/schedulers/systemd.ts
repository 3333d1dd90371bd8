import { dirname, join } from 'node:path'
import { InstallError, Unavailable } from '../errors.js'
import { removeEmptyFolder } from '../ports/places-taken.js'
import { lingerSteps } from './linger.js'
import type { Machine, Schedule, Scheduler, Step } from './scheduler.js'
import { commandStep, removeStep, whatever } from './steps.js'
import { armSteps } from './systemd-arm.js'
import { auditSystemd } from './systemd-audit.js'
import { lookAt } from './systemd-look.js'
import { reachManager, unreadFolder } from './systemd-manager.js'
import { presentUnits } from './systemd-present.js'
import { type Properties, showUnits } from './systemd-show.js'
import { systemdFiles, unitFolder, unitOf, unitsOf } from './systemd-units.js'
import { waitForChecks } from './systemd-wait.js'

/** Timers of the user's own systemd. */
export const systemd: Scheduler = {
  name: 'systemd',
  whyNot,
  files: systemdFiles,
  begin,
  end,
  tidy,
  arm: armSteps,
  present: presentUnits,
  look: lookAt,
  audit: auditSystemd,
}

const systemctl = (machine: Machine, ...words: readonly string[]): Step =>
  commandStep(machine, ['systemctl', '--user', ...words])

const courtesy = (machine: Machine, ...words: readonly string[]): Step =>
  commandStep(machine, ['systemctl', '--user', ...words], whatever)

/** Throws Unavailable where systemd is there and only this shell cannot reach it: something else in its place would be a surprise. */
async function whyNot(machine: Machine): Promise<string | undefined> {
  const reached = await reachManager(machine)
  if (reached.kind === 'no systemd') return reached.why
  const why = reached.kind === 'yes' ? unreadFolder(machine, reached.unitFolders) : reached.why
  if (why === undefined) return undefined
  throw new Unavailable(`${why}. Without systemd: gt-heartbeat install --scheduler cron`)
}

/** What runs already is restarted only where its files are others now: then it goes by them. */
async function begin({ slug }: Schedule, machine: Machine, changed: boolean): Promise<readonly Step[]> {
  const [timer, path] = [unitOf(slug, 'gt-heartbeat', 'timer'), unitOf(slug, 'gt-lifecycle', 'path')]
  const state = await stateOf(slug, machine)
  const mustStart = changed || state.isStale || !state.ticks
  return [
    ...(changed || state.isStale ? [systemctl(machine, 'daemon-reload')] : []),
    ...(state.isEnabled ? [] : [systemctl(machine, 'enable', timer)]),
    ...(mustStart ? [systemctl(machine, 'restart', timer)] : []),
    ...(mustStart ? [systemctl(machine, 'start', '--no-block', unitOf(slug, 'gt-heartbeat', 'service'))] : []),
    // The timer starts it only together with itself.
    ...(mustStart || state.waits ? [] : [systemctl(machine, 'restart', path)]),
    ...(await lingerSteps(machine)),
  ]
}

/** Whether the timer ticks, and the path unit waits for requests. `isStale`: the manager goes by other files than there are. */
async function stateOf(slug: string, machine: Machine) {
  const units = unitsOf(slug)
  const shown = await showUnits(machine, units)
  if (!shown.known) throw new InstallError(shown.why)
  const of = (name: string, kind: string) => shown.value.get(unitOf(slug, name, kind)) ?? {}
  const timer = of('gt-heartbeat', 'timer')
  const isStale = ({ NeedDaemonReload, LoadState }: Properties) =>
    NeedDaemonReload === 'yes' || LoadState === 'not-found'
  return {
    isEnabled: timer['UnitFileState'] === 'enabled',
    ticks: timer['ActiveState'] === 'active',
    waits: of('gt-lifecycle', 'path')['ActiveState'] === 'active',
    isStale: [...shown.value.values()].some(isStale),
  }
}

/** The timer goes first, and with it what belongs to it; then a check that still runs may end: without its unit it would be ended with all that it started. */
async function end(slug: string, machine: Machine): Promise<readonly Step[]> {
  const timer = unitOf(slug, 'gt-heartbeat', 'timer')
  const reached = await reachManager(machine)
  if (reached.kind !== 'yes') {
    const link = join(unitFolder(machine.configHome), 'timers.target.wants', timer)
    return [
      { says: [], take: async () => [`${reached.why}. Only the files were taken away`] },
      removeStep(link),
      emptied(dirname(link)),
    ]
  }
  const armed = [unitOf(slug, 'gt-rearm', 'timer'), unitOf(slug, 'gt-lifecycle', 'path')]
  return [
    commandStep(machine, ['systemctl', '--user', 'disable', '--now', timer], {
      forgive: ({ stderr }) => (/does not exist|not loaded|not found/i.test(stderr) ? [] : undefined),
    }),
    courtesy(machine, 'stop', ...armed),
    waitForChecks(slug, machine),
  ]
}

/** What systemctl's `disable` does itself. */
const emptied = (folder: string): Step => ({
  says: [],
  async take() {
    removeEmptyFolder(folder)
    return []
  },
})

async function tidy(slug: string, machine: Machine): Promise<readonly Step[]> {
  if ((await reachManager(machine)).kind !== 'yes') return []
  return [systemctl(machine, 'daemon-reload'), courtesy(machine, 'reset-failed', ...unitsOf(slug))]
}
