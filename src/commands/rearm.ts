import { formatDuration } from '../domain/duration.js'
import { InstallError, Unavailable } from '../errors.js'
import { activityFilesOf } from '../find-dialect.js'
import { townRoot } from '../find-town.js'
import { notDue } from '../gate/not-due.js'
import { readAppointment } from '../ports/appointment-file.js'
import { now } from '../ports/clock.js'
import { type Ending, type RequestTo, type Surroundings, textOf } from '../request.js'
import { type InPlace, schedulesFor } from '../schedulers/in-place.js'
import { refuseSudo } from '../schedulers/no-sudo.js'
import type { Machine } from '../schedulers/scheduler.js'
import { thisMachine } from '../schedulers/this-machine.js'

type RearmRequest = RequestTo<'install' | 'uninstall' | 'rearm' | 'doctor'>

/** Has the written next time armed, as each check does itself. Throws ConfigError, UsageError, Unavailable and InstallError. */
export async function rearm({ flags }: RearmRequest, surroundings: Surroundings): Promise<Ending> {
  const machine = thisMachine(surroundings)
  refuseSudo(machine, 'rearm')
  const root = townRoot({ town: flags.town, ...surroundings })
  const schedules = await running(root, machine)
  const steps = (await Promise.all(schedules.map(({ scheduler, slug }) => scheduler.arm(slug, machine)))).flat()
  if (flags.dryRun) return said(flags, [when(root, surroundings), ...steps.flatMap(({ says }) => says)])
  const notes: string[] = []
  for (const step of steps) notes.push(...(await step.take()))
  const sights = await Promise.all(schedules.map(({ scheduler, slug }) => scheduler.look(slug, machine)))
  return said(flags, [when(root, surroundings), ...sights.map(({ scheduler, says }) => `${scheduler}: ${says}`)], notes)
}

/** What starts checks of the town by itself; without anything of the kind there is nothing to arm. */
async function running(root: string, machine: Machine): Promise<readonly InPlace[]> {
  const found = await schedulesFor(root, machine)
  if (!found.known) throw new InstallError(found.why)
  const active = found.value.found.filter(({ sight }) => sight.active.known && sight.active.value)
  if (active.length > 0) return active
  throw new Unavailable(idle(root, found.value))
}

function idle(
  root: string,
  { found, doubts }: { readonly found: readonly InPlace[]; readonly doubts: readonly string[] },
): string {
  const [first] = found
  if (first === undefined) return doubts[0] ?? `nothing starts checks of ${root} by itself: gt-heartbeat install`
  const { active, says } = first.sight
  return `nothing was armed: ${active.known ? says : active.why}; gt-heartbeat doctor says what mends it`
}

/** When the next check is due, by the rule that the helper has too. */
function when(root: string, { env }: Surroundings): string {
  const { appointment } = readAppointment(root)
  const at = now()
  if (appointment === undefined || notDue(root, activityFilesOf(root, env), at) === undefined) {
    return 'a check is due now: the next look at the clock starts it'
  }
  const time = new Date(appointment.next * 1000)
  return `the next check is due at ${time.toTimeString().slice(0, 8)}, in ${formatDuration(time.getTime() - at)}`
}

function said({ quiet }: RearmRequest['flags'], lines: readonly string[], notes: readonly string[] = []): Ending {
  const stderr = textOf(notes.map((note) => `gt-heartbeat: ${note}`))
  return { stdout: quiet ? '' : textOf(lines), stderr, exitCode: 0 }
}
