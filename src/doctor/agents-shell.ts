import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import { definedOnly } from '../domain/defined-only.js'
import { cannotTell, type Known, known } from '../domain/known.js'
import { foreignVariables, launchArgv, type Through, withoutForeign } from '../domain/launch.js'
import { loginShell } from '../ports/login-shell.js'
import { findProgram } from '../ports/program-path.js'
import type { Patient } from './patient.js'
import { socketOfChecks } from './tmux.js'

/** What an agent has when a check starts it. */
const agentSchema = z.object({
  path: z.string(),
  home: z.string(),
  /** $SSH_AUTH_SOCK; '' when it is not set. */
  ssh: z.string(),
  /** $CLAUDE_CONFIG_DIR; '' when it is not set. */
  claude: z.string(),
  /** Names of those variables of interest that hold anything. */
  keys: z.array(z.string()),
})

export type AgentsShell = z.output<typeof agentSchema>

/** As long as a check waits for a profile, milliseconds. */
const patience = 15_000

/** What the account's profile makes of the environment that a pane is given, asked in the very way in which agents are started. `keys`: names
 *  that are looked for; nothing of what they hold is ever read. */
export async function agentsShell(patient: Patient, keys: readonly string[]): Promise<Known<AgentsShell>> {
  const { machine, checks } = patient
  const nonce = randomBytes(9).toString('hex')
  const through = throughFor(patient)
  const words = [process.execPath, '-e', program, '--', nonce, ...keys]
  const [first = '', ...args] = launchArgv({ through, unset: foreignVariables(checks), identity: {}, words })
  const said = await machine.commands.run({
    program: first,
    args,
    cwd: '/',
    env: await paneEnvironment(patient),
    deadline: patience,
  })
  const line = said.stdout.split('\n').find((text) => text.startsWith(nonce))
  const read = line === undefined ? undefined : agentSchema.safeParse(JSON.parse(line.slice(nonce.length)))
  if (read?.success) return known(read.data)
  const who = through.kind === 'login' ? `the login shell ${through.shell}` : 'node'
  return cannotTell(said.ok ? `${who} ended before it became what it should` : said.failure)
}

const program = `
const [nonce, ...names] = process.argv.slice(1), { env } = process
console.log('\\n' + nonce + JSON.stringify({ path: env.PATH ?? '', home: env.HOME ?? '', ssh: env.SSH_AUTH_SOCK ?? '',
  claude: env.CLAUDE_CONFIG_DIR ?? '', keys: names.filter((name) => env[name]) }))
`

function throughFor({ place, checks }: Patient): Through {
  const { launchShell } = place.settings
  if (launchShell === false) return { kind: 'straight' }
  const shell = launchShell === 'login' ? loginShell(checks) : launchShell
  return { kind: 'login', shell: findProgram(shell, {}) ?? '/bin/sh' }
}

/** The environment of a pane: the server's, where one runs; else that of the check which would start it. A profile sees that it is inside tmux. */
async function paneEnvironment(patient: Patient): Promise<Readonly<Record<string, string>>> {
  const { machine, checks } = patient
  const socket = socketOfChecks(patient)
  const args = ['-u', '-S', socket, 'show-environment', '-g']
  const said = await machine.commands.run({ program: 'tmux', args, cwd: '/', env: definedOnly(checks), deadline: 5000 })
  const base = said.ok ? variablesIn(said.stdout) : withoutForeign(checks)
  return { ...base, TMUX: `${socket},0,0`, TERM: 'screen' }
}

/** Lines of `tmux show-environment`; those with a dash in front are not set. */
function variablesIn(text: string): Readonly<Record<string, string>> {
  const pairs = [...text.matchAll(/^([A-Za-z_]\w*)=(.*)$/gm)]
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value]))
}
