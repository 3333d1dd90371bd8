import { join } from 'node:path'
import type { Known } from '../domain/known.js'
import { exists } from '../ports/files.js'
import { baseName, findProgram } from '../ports/program-path.js'
import type { Ailment } from '../schedulers/scheduler.js'
import { logins, loginsOf } from './agents-logins.js'
import { type AgentsShell, agentsShell } from './agents-shell.js'
import { sshAgent } from './agents-ssh.js'
import { error, type Patient, warning } from './patient.js'

/** Whether agents that a check starts would find themselves, a key or login, and an ssh agent: what a terminal has, a timer has not. */
export async function agents(patient: Patient): Promise<readonly Ailment[]> {
  const names = programsOf(patient)
  const shell = await agentsShell(
    patient,
    names.flatMap((name) => loginsOf(baseName(name))?.keys ?? []),
  )
  const there = names.filter((name) => !isMissing(name, patient, shell))
  const missing = names.filter((name) => !there.includes(name)).map((name) => missingAgent(name, patient))
  if (!shell.known) return [...missing, swallowed(shell.why)]
  return [
    ...missing,
    ...there.flatMap((name) => logins(baseName(name), { patient, shell: shell.value })),
    ...sshAgent(patient, shell.value),
  ]
}

/** The programs that agents are, each once. */
const programsOf = ({ place, dialect, rigs }: Patient): readonly string[] =>
  dialect.starts?.agentPrograms(place.root, rigs) ?? [
    ...new Set(Object.values(place.settings.launch).map(([program = '']) => program)),
  ]

/** A start takes the program from the check's own PATH, else from the one that the profile makes. Nobody can tell: not missing. */
function isMissing(program: string, { checks, dialect }: Patient, shell: Known<AgentsShell>): boolean {
  if (findProgram(program, checks) !== undefined || !shell.known) return false
  const usual = dialect.starts?.usualPlaces[program]
  if (usual !== undefined && exists(join(shell.value.home, usual))) return false
  return findProgram(program, { PATH: shell.value.path }) === undefined
}

function missingAgent(program: string, { whose, machine }: Patient): Ailment {
  const here = findProgram(program, machine.env)
  const because = `neither ${whose} nor the account's profile has ${program} on its PATH: no agent can be started`
  const mend = here === undefined || whose === 'this terminal' ? undefined : 'gt-heartbeat install'
  return error('agent-missing', here === undefined ? because : `${because}; this terminal has ${here}`, mend)
}

const swallowed = (why: string): Ailment =>
  warning(
    'login-shell',
    `what an agent finds cannot be told, and it may not come up: ${why}; "launchShell": false in the configuration goes without a profile`,
    undefined,
  )
