import { join } from 'node:path'
import { cannotTell, type Known, known } from '../domain/known.js'
import { exists } from '../ports/files.js'
import { generatedSlugs } from './generated-slugs.js'
import { writtenFor } from './read-environment.js'
import { defaultSlug, type Machine, type PresentSchedule } from './scheduler.js'
import { ask, commandLine } from './steps.js'
import { environmentIn } from './systemd-environment.js'
import { inUtc, sightOf } from './systemd-look.js'
import { reachManager } from './systemd-manager.js'
import { type Properties, showEnvironment, showUnits } from './systemd-show.js'
import { environmentPath, unitOf, unitsOf } from './systemd-units.js'

type Shown = ReadonlyMap<string, Properties>

/** Schedules whose timer the user's manager has active or enabled, whichever folder their units are in. */
export async function presentUnits(machine: Machine): Promise<Known<readonly PresentSchedule[]>> {
  const reached = await reachManager(machine).catch(
    (error: Error) => ({ kind: 'not from here', why: error.message }) as const,
  )
  if (reached.kind === 'no systemd') return known([])
  if (reached.kind === 'not from here') return cannotTell(reached.why)
  const slugs = await slugsIn(machine)
  const [shown, manager] = await Promise.all([
    showUnits(
      inUtc(machine),
      slugs.flatMap((slug) => [...unitsOf(slug), unitOf(slug, 'gt-rearm', 'timer')]),
    ),
    showEnvironment(machine),
  ])
  if (!shown.known) return shown
  const present = slugs.filter((slug) => isPresent(shown.value.get(unitOf(slug, 'gt-heartbeat', 'timer')) ?? {}))
  return known(
    present.map((slug) => ({
      scheduler: 'systemd',
      slug,
      town: townOf(slug, { shown: shown.value, manager: manager.known ? manager.value : {}, machine }),
      sight: sightOf(slug, shown.value),
      removal: removalOf(slug, shown.value, machine),
    })),
  )
}

/** The plain schedule, those with an environment file, and further instances that the manager has loaded. */
async function slugsIn(machine: Machine): Promise<readonly string[]> {
  const listed = await ask(machine, [
    'systemctl',
    '--user',
    'list-units',
    '--all',
    '--plain',
    '--no-legend',
    'gt-heartbeat@*.timer',
  ])
  const instances = [...listed.stdout.matchAll(/^gt-heartbeat@([a-z0-9][a-z0-9-]*)\.timer\s/gm)].map(
    ([, slug = '']) => slug,
  )
  return [...new Set([...generatedSlugs(machine, 'env'), ...(listed.ok ? instances : [])])]
}

const isPresent = ({ LoadState, ActiveState, UnitFileState = '' }: Properties): boolean =>
  LoadState !== 'not-found' && (ActiveState === 'active' || /^enabled/.test(UnitFileState))

interface Source {
  readonly shown: Shown
  readonly manager: Readonly<Record<string, string>>
  readonly machine: Machine
}

/** As the environment of the check's service says, or its generated file; without a word there `~/gt`. */
function townOf(slug: string, { shown, manager, machine }: Source): string {
  const environment = environmentIn(shown.get(unitOf(slug, 'gt-heartbeat', 'service')) ?? {}, manager)
  const written = writtenFor('systemd', slug, machine)
  const all = { ...(written.known ? written.value : {}), ...(environment.known ? environment.value : {}) }
  return all['GT_TOWN_ROOT'] || join(machine.home, 'gt')
}

function removalOf(slug: string, shown: Shown, { configHome }: Machine): readonly string[] {
  const timer = unitOf(slug, 'gt-heartbeat', 'timer')
  const files = unitsOf(slug).map((unit) => shown.get(unit)?.['FragmentPath'] ?? '')
  // Units of all users belong to root, and so does what enables them. Templates serve other instances too.
  const [ofAll, own] = [
    files.filter(isOfAllUsers),
    slug === defaultSlug ? files.filter((file) => file !== '' && !isOfAllUsers(file)) : [],
  ]
  const environment = environmentPath(configHome, slug)
  const gone = [...own, ...(exists(environment) ? [environment] : [])]
  return [
    // The armed timer and the path unit are bound to it.
    commandLine(['systemctl', '--user', 'disable', '--now', timer]),
    ...(ofAll.length > 0 ? [commandLine(['sudo', 'systemctl', '--global', 'disable', timer])] : []),
    ...gone.map((file) => commandLine(['rm', file])),
    ...(slug === defaultSlug ? ofAll : []).map((file) => commandLine(['sudo', 'rm', file])),
    'systemctl --user daemon-reload',
  ]
}

const isOfAllUsers = (file: string): boolean => /^\/(etc|usr|lib|run)\//.test(file)
