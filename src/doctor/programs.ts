import { definedOnly } from '../domain/defined-only.js'
import { type NeededProgram, neededPrograms } from '../domain/needed-programs.js'
import { answer } from '../ports/command.js'
import { startShell } from '../ports/login-shell.js'
import { absenceOf, findProgram } from '../ports/program-path.js'
import { thisUser } from '../ports/user.js'
import { versionedNode } from '../schedulers/node-homes.js'
import type { Ailment } from '../schedulers/scheduler.js'
import { version } from '../version.js'
import { error, type Patient, warning } from './patient.js'

/** Whether a check finds the programs that it needs, with the PATH that it is started with, and whether they are new enough. */
export async function programs(patient: Patient): Promise<readonly Ailment[]> {
  const needed = neededIn(patient)
  const missing = needed.filter(({ program }) => located(program, patient) === undefined)
  const versions = await Promise.all([tmuxVersion(patient), nodeVersion(patient), ownVersion(patient)])
  return [...missing.map((one) => missingProgram(one, patient)), ...versions.flat(), ...versionedFolder(patient)]
}

/** How a check names a program; the commands of ours are named by path in some schedules. */
function nameIn({ programs: own }: Patient, program: string): string {
  const named: Readonly<Record<string, string>> = {
    'gt-heartbeat': own.heartbeat,
    'gt-rearm': own.rearm,
    node: own.node,
  }
  return named[program] ?? program
}

/** Where a check finds a program. */
const located = (program: string, patient: Patient): string | undefined =>
  findProgram(nameIn(patient, program), patient.checks)

/** Programs of this package, and those that a check runs. */
const neededIn = ({ dialect, place, checks, schedules }: Patient): readonly NeededProgram[] => [
  { program: 'node', isRequired: true, effect: 'no check can begin' },
  { program: 'gt-heartbeat', isRequired: true, effect: 'no check can begin' },
  { program: 'gt-rearm', isRequired: true, effect: 'no process asks whether a check is due' },
  ...neededPrograms({
    startsByGt: dialect.starts !== undefined,
    updatesWorktrees: place.settings.worktree,
    shell: startShell(place.settings, checks),
    wantsOwnUnit: schedules.known && schedules.value.some(({ scheduler }) => scheduler.name === 'systemd'),
  }),
]

function missingProgram({ program, isRequired, effect }: NeededProgram, patient: Patient): Ailment {
  const { checks, whose, machine } = patient
  const severity = isRequired ? 'error' : 'warning'
  const because = `${absenceOf(nameIn(patient, program), checks)}: ${effect}`
  if (program.includes('/')) return { code: 'login-shell-missing', severity, because, mend: undefined }
  const code = program === 'node' ? 'node-gone' : `${program}-missing`
  const searched = `${because} (PATH of ${whose}: ${checks['PATH'] ?? ''})`
  if (whose === 'this terminal') return { code, severity, because: searched, mend: undefined }
  const here = findProgram(program, machine.env)
  return here === undefined
    ? { code, severity, because: `${searched}; nor has this terminal`, mend: undefined }
    : { code, severity, because: `${searched}; this terminal has ${here}`, mend: 'gt-heartbeat install' }
}

/** What a program says of its version, as numbers; undefined when it is not there or does not say. */
async function versionOf(program: string, words: readonly string[], patient: Patient) {
  const { checks, machine } = patient
  const path = located(program, patient)
  if (path === undefined) return undefined
  const said = answer(
    await machine.commands.run({ program: path, args: words, cwd: '/', env: definedOnly(checks), deadline: 5000 }),
  )
  const match = said.known ? /(\d+)\.(\d+)(?:\.(\d+))?/.exec(said.value) : null
  return match === null ? undefined : { path, text: match[0], major: Number(match[1]), minor: Number(match[2]) }
}

async function tmuxVersion(patient: Patient): Promise<readonly Ailment[]> {
  const found = await versionOf('tmux', ['-V'], patient)
  if (found === undefined || found.major > 3 || (found.major === 3 && found.minor >= 2)) return []
  return [error('tmux-old', `${found.path} is tmux ${found.text}: 3.2 or later is needed`, undefined)]
}

async function nodeVersion(patient: Patient): Promise<readonly Ailment[]> {
  const found = await versionOf('node', ['--version'], patient)
  if (found === undefined || found.major > 20 || (found.major === 20 && found.minor >= 19)) return []
  const because = `${found.path} is node ${found.text}, and ${patient.whose} would use it: 20.19 or later is needed`
  return [error('node-old', because, 'gt-heartbeat install')]
}

async function ownVersion(patient: Patient): Promise<readonly Ailment[]> {
  const found = await versionOf('gt-heartbeat', ['--version'], patient)
  if (found === undefined || found.text === version) return []
  const because = `${patient.whose} would run ${found.path}, which is ${found.text}; this is ${version}`
  return [warning('other-program', because, 'gt-heartbeat install')]
}

/** A node in a folder named after its version goes with the next one. */
function versionedFolder(patient: Patient): readonly Ailment[] {
  const { whose, machine } = patient
  const node = located('node', patient)
  const place = node && versionedNode(node, { home: machine.home, user: thisUser().name ?? '' })
  if (!place) return []
  const because = `${whose} would use ${node}, which ${place.of} takes away with its version`
  return [warning('node-versioned', because, 'gt-heartbeat install')]
}
