import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Ledger } from '../../src/domain/ledger.js'
import { loginShell } from '../../src/ports/login-shell.js'
import { end, processesOf, told } from './leftovers.js'
import { type Ending, type RunOptions, runProgram } from './run-check.js'
import { type StageKindName, stageKinds } from './stage-kind.js'
import { type Call, located, makeStandIns, type StandIns } from './stand-ins.js'
import { type TmuxStage, tmuxStage } from './tmux-stage.js'
import { type TownAgents, townAgents } from './town-agents.js'
import { type Environment, put, putJson, type RigOptions } from './town-folder.js'
import { type TownRecords, townRecords } from './town-records.js'
import { waitFor } from './wait-for.js'

/** A check that has ended, and the programs it called itself (not those that the agents it started called). */
export interface Check extends Ending {
  readonly calls: readonly Call[]
}

/** A whole town in a temporary folder: own home, own tmux server, stand-ins for bd, gt and claude. */
export interface FakeTown extends TownRecords, TownAgents {
  /** The temporary folder that holds all of it. */
  readonly stage: string
  readonly root: string
  readonly kind: StageKindName
  /** What a check and everything else of this town is run with. */
  readonly env: Environment
  readonly tmux: TmuxStage
  readonly programs: StandIns
  addRig(rig: string, options?: RigOptions): void
  /** Writes `heartbeat.config.json`. */
  configure(settings: Readonly<Record<string, unknown>>): void
  /** A file of the town as text; undefined when there is none. */
  read(path: string): string | undefined
  write(path: string, content: string | Buffer): void
  /** Changes what the checks remember; there must have been one. */
  changeLedger(change: (ledger: Ledger) => Ledger): void
  /** Runs the built program with `--town` and these words. */
  run(args: readonly string[], options?: Partial<RunOptions>): Promise<Check>
  /** The same without `--town`. */
  bare(args: readonly string[], options?: Partial<RunOptions>): Promise<Check>
  /** Ends all that runs in the town and removes it. Throws when something outlived its tmux server. */
  end(): Promise<void>
}

const LEDGER = 'daemon/heartbeat/ledger.json'

const isLedger = (value: unknown): value is Ledger => typeof value === 'object' && value !== null && 'agents' in value

/** The machine's programs, but no gt and bd of its own: one that a test takes away is gone. */
const PATH = (process.env['PATH'] ?? '/usr/bin:/bin')
  .split(delimiter)
  .filter((folder) => located('sh', folder) !== undefined || !['gt', 'bd'].some((name) => located(name, folder)))
  .join(delimiter)

function makeEnvironment(stage: string, bin: string): Environment {
  const home = join(stage, 'home')
  put(join(home, '.gitconfig'), '[user]\n\tname = Tester\n\temail = tester@example.invalid\n')
  return {
    HOME: home,
    LANG: 'C.UTF-8',
    PATH: `${bin}:${PATH}`,
    SHELL: loginShell(process.env) || '/bin/sh',
    TMUX_TMPDIR: join(stage, 's'),
    USER: process.env['USER'] ?? 'tester',
  }
}

async function strike(stage: string, tmux: TmuxStage): Promise<void> {
  tmux.stop()
  await waitFor('nobody is left', () => processesOf(stage).length === 0, 5_000).catch(() => undefined)
  const left = processesOf(stage)
  const lines = left.map(told)
  for (const { pid } of left) end(pid)
  rmSync(stage, { recursive: true, force: true, maxRetries: 3 })
  if (left.length > 0) throw new Error(`left behind: ${lines.join('; ')}`)
}

/** Raises a town without rigs in which nobody runs; a classic one unless said otherwise. */
export function raiseTown({ kind: kindName = 'classic' }: { readonly kind?: StageKindName } = {}): FakeTown {
  const kind = stageKinds[kindName]
  const stage = realpathSync(mkdtempSync(join(tmpdir(), 'town-')))
  const root = join(stage, 'town')
  const programs = makeStandIns(stage, PATH, kind.programs)
  const env = makeEnvironment(stage, programs.bin)
  const socket = join(stage, 's', `tmux-${process.getuid?.()}`, kind.socketName(root))
  const tmux = tmuxStage({ program: located('tmux', PATH) ?? 'tmux', socket, env })
  const places = new Map<string, string>()
  const prefixes = new Map<string, string>()
  const prefixOf = (rig: string | undefined): string => prefixes.get(rig ?? '') ?? kind.usualPrefix(rig ?? '')
  const at = (path: string): string => join(root, path)
  const bare: FakeTown['bare'] = async (args, options = {}) => {
    const before = new Set(programs.calls().map(({ pid }) => pid))
    const ending = await runProgram(args, { env, cwd: root, ...options })
    const calls = programs.calls().filter(({ pid, parent }) => parent === ending.pid && !before.has(pid))
    return { ...ending, calls }
  }
  kind.makeTown(root)
  return {
    ...townRecords({ root, kind, places, prefixOf }),
    ...townAgents({
      root,
      kind,
      prefixOf,
      env,
      tmux,
      claude: join(programs.bin, 'claude'),
      repositories: join(stage, 'git'),
    }),
    stage,
    root,
    kind: kindName,
    env,
    tmux,
    programs,
    addRig: (rig, options = {}) => {
      const prefix = options.prefix?.replace(/-$/, '') ?? kind.usualPrefix(rig)
      // A classic town calls its agents gt-… whatever the prefix of their rig.
      if (kindName !== 'classic') prefixes.set(rig, prefix)
      places.set(rig, kind.makeRig(root, rig, { ...options, prefix }))
    },
    configure: (settings) => putJson(at('daemon/heartbeat.config.json'), settings),
    read: (path) => (existsSync(at(path)) ? readFileSync(at(path), 'utf8') : undefined),
    write: (path, content) => put(at(path), content),
    changeLedger: (change) => {
      const ledger: unknown = JSON.parse(readFileSync(at(LEDGER), 'utf8'))
      if (isLedger(ledger)) putJson(at(LEDGER), change(ledger))
    },
    run: (args, options) => bare(['--town', root, ...args], options),
    bare,
    end: () => strike(stage, tmux),
  }
}
