import { definedOnly } from '../domain/defined-only.js'
import { answer } from '../ports/command.js'
import { findProgram } from '../ports/program-path.js'
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

/** Where a check finds a program; the commands of ours are named by path in some schedules. */
function located(program: string, { checks, programs: own }: Patient): string | undefined {
  const named: Readonly<Record<string, string>> = {
    'gt-heartbeat': own.heartbeat,
    'gt-rearm': own.rearm,
    node: own.node,
  }
  return findProgram(named[program] ?? program, checks)
}

interface Needed {
  readonly program: string
  readonly severity: Ailment['severity']
  /** What comes of its absence. */
  readonly so: string
}

const neededIn = ({ dialect }: Patient): readonly Needed[] => [
  { program: 'node', severity: 'error', so: 'no check can begin' },
  { program: 'gt-heartbeat', severity: 'error', so: 'no check can begin' },
  { program: 'gt-rearm', severity: 'error', so: 'nothing asks whether a check is due' },
  { program: 'tmux', severity: 'error', so: 'nothing can be judged' },
  { program: 'bd', severity: 'error', so: 'neither mail nor hooks can be read' },
  {
    program: 'gt',
    severity: 'error',
    so: dialect.starts ? 'nobody can be started or written to' : 'nobody can be written to',
  },
  { program: 'git', severity: 'warning', so: 'worktrees are not brought up to date' },
]

function missingProgram({ program, severity, so }: Needed, { checks, whose, machine }: Patient): Ailment {
  const here = findProgram(program, machine.env)
  const where = here === undefined ? 'nor has this terminal' : `this terminal has ${here}`
  const because = `the PATH of ${whose} (${checks['PATH'] ?? ''}) has no ${program}: ${so}`
  const code = program === 'node' ? 'node-gone' : `${program}-missing`
  if (whose === 'this terminal') return { code, severity, because, mend: undefined }
  return {
    code,
    severity,
    because: `${because}; ${where}`,
    mend: here === undefined ? undefined : 'gt-heartbeat install',
  }
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
