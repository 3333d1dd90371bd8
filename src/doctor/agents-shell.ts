import * as z from 'zod/mini'
import { definedOnly } from '../domain/defined-only.js'
import { cannotTell, type Known, known, mapKnown } from '../domain/known.js'
import { foreignVariables, launchArgv, withoutForeign } from '../domain/launch.js'
import { shellThrough } from '../ports/login-shell.js'
import { randomBytes } from '../ports/random.js'
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

type Variables = Readonly<Record<string, string>>

/** What an agent has, asked in the very way in which agents are started: what the profile makes of the environment of a pane; where gt
 *  starts them, what gt hands on of what the profile makes. `keys`: names that are looked for; what they hold stays where it is. */
export async function agentsShell(patient: Patient, keys: readonly string[]): Promise<Known<AgentsShell>> {
  const { checks, dialect } = patient
  const server = await serverEnvironment(patient)
  const { starts } = dialect
  if (starts === undefined) return throughProfile(patient, server ?? withoutForeign(checks), keys)
  const login = await throughProfile(patient, withoutForeign(checks), keys)
  return server === undefined ? login : mapKnown(login, (shell) => handedOn(shell, { server, keys, ...starts }))
}

interface Handing {
  /** The tmux server's global environment. */
  readonly server: Variables
  readonly keys: readonly string[]
  readonly handsOn: readonly string[]
}

/** gt looks for the program on its own PATH, and gives the agent little else of what it is run with. */
function handedOn(shell: AgentsShell, { server, keys, handsOn }: Handing): AgentsShell {
  const handed = shell.keys.filter((name) => handsOn.includes(name))
  return {
    path: shell.path,
    home: server['HOME'] ?? shell.home,
    ssh: server['SSH_AUTH_SOCK'] ?? '',
    claude: shell.claude || (server['CLAUDE_CONFIG_DIR'] ?? ''),
    keys: [...handed, ...keys.filter((name) => server[name])],
  }
}

/** What a login shell with this environment says it would start an agent with. */
async function throughProfile(patient: Patient, base: Variables, keys: readonly string[]): Promise<Known<AgentsShell>> {
  const { machine, checks } = patient
  const nonce = randomBytes(9).toString('hex')
  const through = shellThrough(patient.place.settings, checks)
  const words = [process.execPath, '-e', program, '--', nonce, ...keys]
  const [first = '', ...args] = launchArgv({ through, unset: foreignVariables(checks), identity: {}, words })
  const said = await machine.commands.run({
    program: first,
    args,
    cwd: '/',
    // A profile sees that it is inside tmux.
    env: { ...base, TMUX: `${socketOfChecks(patient)},0,0`, TERM: 'screen' },
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

/** What the tmux server gives every pane; undefined: none runs, and a check would start it. */
async function serverEnvironment(patient: Patient): Promise<Variables | undefined> {
  const { machine, checks } = patient
  const args = ['-u', '-S', socketOfChecks(patient), 'show-environment', '-g']
  const said = await machine.commands.run({ program: 'tmux', args, cwd: '/', env: definedOnly(checks), deadline: 5000 })
  return said.ok ? variablesIn(said.stdout) : undefined
}

/** Lines of `tmux show-environment`; those with a dash in front are not set. */
function variablesIn(text: string): Variables {
  const pairs = [...text.matchAll(/^([A-Za-z_]\w*)=(.*)$/gm)]
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value]))
}
