import { dirname, join } from 'node:path'
import { sampleActivity } from '../../../src/dialects/activity-files.js'
import { kindNamed } from '../../../src/dialects/index.js'
import { withoutForeign } from '../../../src/domain/launch.js'
import type { Settings } from '../../../src/domain/settings.js'
import type { AgentSight, Mode, Snapshot } from '../../../src/domain/snapshot.js'
import { observe } from '../../../src/observe.js'
import { createCommands } from '../../../src/ports/command.js'
import { openLedger } from '../../../src/ports/ledger-file.js'
import { silentLog } from '../../../src/ports/log.js'
import { openRequests } from '../../../src/ports/requests-folder.js'
import { allowedRigs } from '../../../src/ports/rig-list.js'
import { createTmux } from '../../../src/ports/tmux.js'
import { defaultSocket } from '../../../src/ports/tmux-sockets.js'
import type { Town } from '../../../src/town.js'
import type { FakeTown } from '../../support/fake-town.js'
import { defaultSettings } from '../../support/town-builder.js'

/** What is special about a look. */
export interface LookOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly settings?: Partial<Settings>
  readonly mode?: Mode
}

/** Looks at a fake town once, under its environment or a changed one. Nothing is written. */
export const look = (town: FakeTown, options: LookOptions = {}): Promise<Snapshot> => observe(opened(town, options))

/** The town as a dry run opens it. */
export function opened(
  { root, ...town }: FakeTown,
  { env: changes = {}, settings: special = {}, mode = 'heartbeat' }: LookOptions = {},
): Town {
  const env = { ...town.env, ...changes }
  const settings = { ...defaultSettings, ...special }
  const startedAt = Date.now()
  const commands = createCommands(startedAt + settings.runDeadline)
  const dialect = kindNamed(town.kind)?.open(root, allowedRigs(root))
  if (dialect === undefined) throw new Error(`${town.kind} is no kind of town`)
  const name = dialect.socketName?.(env)
  const usual = name === undefined ? defaultSocket(env) : join(dirname(defaultSocket(env)), name)
  const socket = settings.tmuxSocket ?? usual
  return {
    root,
    dialect,
    decided: { from: [], signs: undefined, programs: undefined },
    settings,
    mode,
    dryRun: true,
    runId: 'look',
    trigger: 'manual',
    startedAt,
    activity: sampleActivity(root, env, startedAt),
    requests: openRequests(root),
    env,
    tmux: createTmux({ socket, commands, env: withoutForeign(env), deadline: settings.deadline }),
    commands,
    ledger: openLedger(join(root, 'daemon/heartbeat/ledger.json'), { now: startedAt, readOnly: true }),
    log: silentLog,
  }
}

/** The sight of one agent. Throws when it was not looked at. */
export function sightOf({ agents }: Snapshot, who: string): AgentSight {
  const found = agents.find(({ address }) => address === who)
  if (!found) throw new Error(`${who} was not looked at, but ${agents.map(({ address }) => address).join(', ')}`)
  return found
}
