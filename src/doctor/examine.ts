import type { Ailment } from '../schedulers/scheduler.js'
import { agents } from './agents.js'
import { bdDaemon } from './bd-daemon.js'
import { checks } from './checks.js'
import { clock } from './clock.js'
import { issues } from './issues.js'
import { kind } from './kind.js'
import { type Examine, type Patient, warning } from './patient.js'
import { prefixes } from './prefixes.js'
import { programs } from './programs.js'
import { resident } from './resident.js'
import { schedules } from './schedules.js'
import { sockets } from './sockets.js'
import { tmux } from './tmux.js'
import { town } from './town.js'

/** Every family of findings, in the order in which they are told. */
const families: Readonly<Record<string, Examine>> = {
  'the town': town,
  'what kind of town it is': kind,
  'the prefixes of its rigs': prefixes,
  'its schedules': schedules,
  'the programs of a check': programs,
  'past checks': checks,
  'the clock': clock,
  'a resident daemon': resident,
  'the tmux server': tmux,
  'where its sessions stand': sockets,
  "the town's issues": issues,
  'what agents find': agents,
  "bd's daemon": bdDaemon,
}

/** Everything that is wrong with a town on this machine, errors first. One family that stumbles does not end the others. */
export async function examine(patient: Patient): Promise<readonly Ailment[]> {
  const found = (await Promise.all(Object.entries(families).map((family) => attempt(family, patient)))).flat()
  const isError = ({ severity }: Ailment): boolean => severity === 'error'
  return [...found.filter(isError), ...found.filter((one) => !isError(one))]
}

async function attempt([name, family]: [string, Examine], patient: Patient): Promise<readonly Ailment[]> {
  try {
    return await family(patient)
  } catch (failure) {
    const why = failure instanceof Error ? failure.message : String(failure)
    return [warning('not-examined', `${name} could not be examined: ${why}`, undefined)]
  }
}
