import { join } from 'node:path'
import { mapKnown } from '../domain/known.js'
import { InstallError } from '../errors.js'
import { readManifest } from './manifest.js'
import { writtenFor } from './read-environment.js'
import type { Machine, Step } from './scheduler.js'
import { commandStep } from './steps.js'
import { instanceOf } from './systemd-units.js'

/** The helper arms, as it does after each check. */
export async function armSteps(slug: string, machine: Machine): Promise<readonly Step[]> {
  const root = townOf(slug, machine)
  if (!root.known) throw new InstallError(root.why)
  const variables = [
    `GT_INSTANCE=${instanceOf(slug)}`,
    ...(root.value === undefined ? [] : [`GT_TOWN_ROOT=${root.value}`]),
  ]
  return [commandStep(machine, ['env', ...variables, join(machine.packageRoot, 'scripts/gt-rearm'), 'arm'])]
}

/** As its installation says, else the environment file that somebody wrote by hand. */
const townOf = (slug: string, machine: Machine) => {
  const written = mapKnown(writtenFor('systemd', slug, machine), (said) => said['GT_TOWN_ROOT'])
  const installed = mapKnown(readManifest(machine.configHome), ({ schedules }) => schedules[slug]?.town)
  return installed.known && installed.value !== undefined ? installed : written
}
