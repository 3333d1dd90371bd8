import type { InPlace } from '../schedulers/in-place.js'
import { writtenFor } from '../schedulers/read-environment.js'
import type { Ailment, Schedule, ScheduleFile } from '../schedulers/scheduler.js'
import { installedFiles } from './installed-files.js'
import { error, type Patient, warning } from './patient.js'

/** Whether anything starts checks, whether two do, and what is wrong with each: its files, and what its scheduler says. */
export async function schedules(patient: Patient): Promise<readonly Ailment[]> {
  const { schedules: found } = patient
  if (!found.known) return [error('manifest-unreadable', found.why, 'gt-heartbeat install')]
  if (found.value.length === 0) return [nothing(patient)]
  const each = await Promise.all(found.value.map((one) => audit(one, patient)))
  return [...twice(found.value), ...each.flat()]
}

/** A manager that is there and gives no answer may well start checks: that is all that can be said then. */
function nothing({ place, doubts }: Patient): Ailment {
  const [doubt] = doubts
  if (doubt !== undefined) return error('manager-unreachable', doubt, undefined)
  return error('no-schedule', `nothing starts checks of ${place.root} by itself`, 'gt-heartbeat install')
}

function twice(found: readonly InPlace[]): readonly Ailment[] {
  const [, second] = found
  if (second === undefined) return []
  const names = found.map(({ scheduler, slug }) => `${scheduler.name} (${slug})`).join(' and ')
  return [warning('two-schedulers', `checks of this town are started by two at once: ${names}`, second.removal[0])]
}

async function audit(one: InPlace, patient: Patient): Promise<readonly Ailment[]> {
  const { machine } = patient
  const schedule = scheduleOf(one, patient)
  const files = installedFiles(one, { machine, expected: filesOf(one, schedule, patient) })
  return [...files, ...(await one.scheduler.audit(schedule, machine))]
}

/** None where this package is not whole, or a schedule cannot be expressed: then there is nothing to hold files against. */
function filesOf({ scheduler }: InPlace, schedule: Schedule, { machine }: Patient): readonly ScheduleFile[] {
  try {
    return scheduler.files(schedule, machine)
  } catch {
    return []
  }
}

/** The schedule as its own files have it. */
function scheduleOf({ slug, scheduler }: InPlace, { place, machine, programs }: Patient): Schedule {
  const written = writtenFor(scheduler.name, slug, machine)
  return { slug, town: place.root, environment: written.known ? written.value : {}, programs }
}
