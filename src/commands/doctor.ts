import { addressed } from '../doctor/addressed.js'
import { examine } from '../doctor/examine.js'
import { impatient } from '../doctor/impatient.js'
import { error, type Patient } from '../doctor/patient.js'
import type { Diagnosis } from '../doctor/schema.js'
import { known, mapKnown } from '../domain/known.js'
import { ConfigError, describeComplaint } from '../errors.js'
import { findDialect } from '../find-dialect.js'
import { findTown, type Place } from '../find-town.js'
import { now } from '../ports/clock.js'
import { allowedRigs } from '../ports/rig-list.js'
import { doctorLines } from '../report/doctor-lines.js'
import { paintFor } from '../report/paint.js'
import { type Ending, type RequestTo, type Surroundings, textOf, volumeOf } from '../request.js'
import { type InPlace, schedulesFor } from '../schedulers/in-place.js'
import { refuseSudo } from '../schedulers/no-sudo.js'
import { startedWith, writtenFor } from '../schedulers/read-environment.js'
import type { Ailment, Machine } from '../schedulers/scheduler.js'
import { thisMachine } from '../schedulers/this-machine.js'
import { version } from '../version.js'
import { placeOfChecks } from './place-of-checks.js'
import { starterOf } from './starter-of.js'

/** What would keep checks from working here, each with what mends it. Changes nothing; exits with 0, 1 for warnings, 2 for errors. */
export async function doctor(
  { flags }: RequestTo<'install' | 'uninstall' | 'rearm' | 'doctor'>,
  surroundings: Surroundings,
): Promise<Ending> {
  const place = search({ ...flags, ...surroundings })
  const found =
    'root' in place
      ? await diagnose(place, { ...flags, ...surroundings })
      : told({ root: null, dialect: null }, [], place.findings)
  const diagnosis = { ...found, findings: found.findings.map((one) => ({ ...one, mend: mendFor(one, flags.town) })) }
  const telling = { volume: volumeOf(flags), paint: paintFor(surroundings.colour) }
  const stdout = flags.json ? `${JSON.stringify(diagnosis)}\n` : textOf(doctorLines(diagnosis, telling))
  return { stdout, stderr: '', exitCode: diagnosis.exitCode }
}

const mendFor = ({ mend }: Diagnosis['findings'][number], town: string | undefined): string | null =>
  mend === null ? null : addressed(mend, town)

/** Throws UsageError under sudo: root's schedules are not the user's. */
function machineFor(surroundings: Surroundings): Machine {
  const machine = thisMachine(surroundings)
  refuseSudo(machine, 'doctor')
  return { ...machine, commands: impatient(machine.commands) }
}

/** The town, or what is wrong with where it should be. */
function search(where: Parameters<typeof findTown>[0]): Place | { readonly findings: readonly Ailment[] } {
  try {
    return findTown(where)
  } catch (failure) {
    if (!(failure instanceof ConfigError)) throw failure
    return { findings: failure.complaints.map((one) => error('town-unreadable', describeComplaint(one), undefined)) }
  }
}

async function diagnose(seen: Place, where: Surroundings & { readonly config?: string }): Promise<Diagnosis> {
  const machine = machineFor(where)
  const schedules = await schedulesFor(seen.root, machine)
  const { found, doubts } = schedules.known ? schedules.value : { found: [], doubts: [] }
  const start = await started(found[0], machine)
  const place = placeOfChecks(seen, { ...where, env: machine.env }, start.checks['GT_HEARTBEAT_OPTS'])
  const decided = await findDialect({ ...place, env: start.checks }, machine.commands)
  const rigs = allowedRigs(place.root)
  const dialect = decided.kind.open(place.root, rigs)
  const inPlace = mapKnown(schedules, (all) => all.found)
  const patient = { now: now(), machine, place, decided, rigs, dialect, schedules: inPlace, doubts, ...start }
  const starters = found.map(({ sight }) => starterOf(sight))
  return told({ root: place.root, dialect: dialect.name }, starters, await examine(patient))
}

/** What checks are started with and run, as far as it can be told; else this terminal's environment stands for it. */
async function started(
  first: InPlace | undefined,
  machine: Machine,
): Promise<Pick<Patient, 'checks' | 'whose' | 'programs'>> {
  const names = { heartbeat: 'gt-heartbeat', rearm: 'gt-rearm', node: 'node' }
  const found = first && (await environmentOf(first, machine))
  if (first === undefined || !found?.known) return { checks: machine.env, whose: 'this terminal', programs: names }
  const written = writtenFor(first.scheduler.name, first.slug, machine)
  const { heartbeat, rearm } = written.known ? written.value : {}
  const programs = { heartbeat: heartbeat ?? names.heartbeat, rearm: rearm ?? names.rearm, node: names.node }
  return { checks: found.value, whose: 'a check', programs }
}

/** What the checks of a schedule are started with. */
const environmentOf = async ({ scheduler, slug, environment }: InPlace, machine: Machine) =>
  environment === undefined
    ? startedWith(scheduler.name, slug, machine)
    : known({ HOME: machine.home, PATH: '/usr/bin:/bin', ...environment })

function told(town: Diagnosis['town'], schedules: Diagnosis['schedules'], found: readonly Ailment[]): Diagnosis {
  const findings = found.map(({ mend, ...one }) => ({ ...one, mend: mend ?? null }))
  const worst = findings.some(({ severity }) => severity === 'error') ? 2 : 1
  const exitCode = findings.length === 0 ? 0 : worst
  return { schema: 1, version, at: new Date(now()).toISOString(), town, schedules, findings, exitCode }
}
