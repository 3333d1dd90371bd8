import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { lookAgain } from '../../../src/actions/look-again.js'
import type { Performing } from '../../../src/actions/performing.js'
import { kindNamed } from '../../../src/dialects/index.js'
import type { Start } from '../../../src/domain/action.js'
import type { Agent } from '../../../src/domain/agent.js'
import { withoutForeign } from '../../../src/domain/launch.js'
import { type AgentRecord, recordOf } from '../../../src/domain/ledger.js'
import type { SessionIdentity } from '../../../src/domain/session.js'
import type { Settings } from '../../../src/domain/settings.js'
import { createCommands } from '../../../src/ports/command.js'
import { type LedgerFile, openLedger } from '../../../src/ports/ledger-file.js'
import { silentLog } from '../../../src/ports/log.js'
import { openRequests } from '../../../src/ports/requests-folder.js'
import { allowedRigs } from '../../../src/ports/rig-list.js'
import { createTmux } from '../../../src/ports/tmux.js'
import type { Town } from '../../../src/town.js'
import type { FakeTown } from '../../support/fake-town.js'
import { agentOf } from '../../support/stage-names.js'
import type { Call } from '../../support/stand-ins.js'
import { defaultSettings, town as snapshotOf } from '../../support/town-builder.js'
import { waitFor } from '../../support/wait-for.js'

/** What a test wants to be different. */
export interface StageOptions {
  readonly settings?: Partial<Settings>
  /** On top of the stage's own environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Milliseconds until the check's own deadline. */
  readonly left?: number
  /** The environment of the tmux client, which a new server takes over; the check's own unless given. */
  readonly tmuxEnv?: Readonly<Record<string, string>>
  readonly underSystemd?: boolean
  readonly forbidden?: (agent: Agent) => string | undefined
}

/** A check's hands in a fake town, as `act` gets them. */
export function performingIn(fake: FakeTown, options: StageOptions = {}): Performing {
  const env = { ...fake.env, ...options.env }
  const settings = { ...defaultSettings, deadline: 5000, launchShell: '/bin/sh', ...options.settings }
  const dialect = kindNamed(fake.kind)?.open(fake.root, allowedRigs(fake.root))
  if (!dialect) throw new Error(`no town is ${fake.kind}`)
  const commands = createCommands(Date.now() + (options.left ?? 90_000))
  const { underSystemd = false } = options
  const tmuxEnv = options.tmuxEnv ?? withoutForeign(env)
  const town: Town = {
    root: fake.root,
    dialect,
    decided: { from: [], signs: undefined, programs: undefined },
    settings,
    mode: 'heartbeat',
    dryRun: false,
    runId: 'run',
    trigger: 'manual',
    startedAt: Date.now(),
    activity: { at: Date.now(), notes: [], writtenAt: [] },
    requests: openRequests(fake.root),
    env,
    commands,
    tmux: createTmux({ socket: fake.tmux.socket, commands, env: tmuxEnv, deadline: 5000, underSystemd }),
    ledger: ledgerIn(fake.root),
    log: silentLog,
  }
  return { town, snapshot: snapshotOf(), forbidden: async (agent) => options.forbidden?.(agent) }
}

/** In the folder that the lock would have made. */
function ledgerIn(root: string): LedgerFile {
  mkdirSync(join(root, 'daemon/heartbeat'), { recursive: true })
  return openLedger(join(root, 'daemon/heartbeat/ledger.json'), { now: Date.now(), readOnly: false })
}

/** The session that stands there now; throws when there is none. */
export async function identityNow(performing: Performing, who: string): Promise<SessionIdentity> {
  const { session } = await lookAgain(performing, agentOf(who))
  if (!session) throw new Error(`${who} has no session`)
  return session.identity
}

/** What the ledger on disk remembers of an agent. */
export function recordOnDisk(performing: Performing, who: string): AgentRecord {
  const { path } = performing.town.ledger
  return recordOf(openLedger(path, { now: Date.now(), readOnly: true }).current(), who)
}

/** The pid of the process in an agent's pane. */
export function panePid(fake: FakeTown, who: string): number {
  const pid = fake.tmux.sessions().find(({ name }) => name === fake.session(who))?.panePid
  if (pid === undefined) throw new Error(`${who} does not run`)
  return pid
}

/** How the agent's stand-in was started, once it has written that down. */
export const startOf = (fake: FakeTown, who: string): Promise<Call> =>
  waitFor(`the agent of ${who} has begun`, () =>
    fake.programs.calls().find(({ program, pid }) => program === 'claude' && pid === panePid(fake, who)),
  )

/** A start as a rule would plan it. */
export const startOfAgent = (who: string, more: Partial<Start> = {}): Start => ({
  kind: 'start',
  rule: 'test',
  because: 'it has no session',
  agent: agentOf(who),
  zombie: undefined,
  ...more,
})

/** A person who looks at an agent's session; call what comes back when they leave. */
export async function attach(fake: FakeTown, who: string): Promise<() => void> {
  const session = `=${fake.session(who)}`
  const client = spawn('tmux', ['-C', '-S', fake.tmux.socket, 'attach-session', '-t', session], {
    env: fake.env,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  await waitFor('a person is attached', () =>
    fake.tmux.sessions().some(({ name, attached }) => name === fake.session(who) && attached > 0),
  )
  return () => client.kill('SIGKILL')
}

/** tmux can miss the end of a pane until another child of its own ends; the look of every check would find such a pane. */
export function nudge(fake: FakeTown): undefined {
  spawnSync('tmux', ['-S', fake.tmux.socket, 'run-shell', 'true'], { env: fake.env, stdio: 'ignore' })
}
