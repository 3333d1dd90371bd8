import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Diagnosis, doctorSchema } from '../../../src/doctor/schema.js'
import { version } from '../../../src/version.js'
import { type FakeTown, raiseTown } from '../../support/fake-town.js'
import type { RunOptions } from '../../support/run-check.js'
import type { StageKindName } from '../../support/stage-kind.js'

type Properties = Readonly<Record<string, string>>

/** What the stand-in for systemctl says. */
interface Manager {
  readonly refusal?: string
  readonly environment: Properties
  readonly units: Readonly<Record<string, Properties>>
}

/** A town whose schedule is in place and well, on a machine of stand-ins, and ways to make it ill. */
export interface Clinic {
  readonly town: FakeTown
  readonly home: string
  /** The folder of the program's generated files. */
  readonly settings: string
  readonly env: Readonly<Record<string, string>>
  /** Runs `doctor --json` to its end. Throws when the document does not fit its schema. */
  examine(options?: Partial<RunOptions> & { readonly words?: readonly string[] }): Promise<Diagnosis>
  /** The codes of all findings, sorted. */
  codes(options?: Partial<RunOptions>): Promise<readonly string[]>
  /** Changes what systemctl says of a unit; undefined: the unit is not there. */
  unit(name: string, change: Properties | undefined): void
  manager(change: Partial<Manager>): void
  /** Puts shell lines as a program on PATH. */
  program(name: string, lines: string): void
  /** Changes the environment file of the schedule, with the manifest: undefined takes a variable out. */
  checksHave(change: Readonly<Record<string, string | undefined>>): void
  manifest(change: (schedule: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>): void
  end(): Promise<void>
}

const systemctl = fileURLToPath(new URL('../../support/programs/systemctl-says.mjs', import.meta.url))
const shipped = fileURLToPath(new URL('../../../units/', import.meta.url))
const built = fileURLToPath(new URL('../../../dist/gt-heartbeat.cjs', import.meta.url))

const put = (path: string, text: string, mode = 0o644): void => {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text, { mode })
  chmodSync(path, mode)
}

const service = {
  LoadState: 'loaded',
  ActiveState: 'inactive',
  SubState: 'dead',
  NeedDaemonReload: 'no',
  DropInPaths: '',
  Result: 'success',
  ExecMainStatus: '0',
  Type: 'oneshot',
  KillMode: 'process',
  TimeoutStartUSec: '2min',
  RemainAfterExit: 'no',
  StartLimitIntervalUSec: '0',
  StartLimitBurst: '5',
  SuccessExitStatus: '1 75',
  ExecStart: '{ path=/usr/bin/env ; argv[]=/usr/bin/env gt-heartbeat --once ; pid=0 }',
}

const timer = {
  LoadState: 'loaded',
  ActiveState: 'active',
  SubState: 'waiting',
  NeedDaemonReload: 'no',
  UnitFileState: 'enabled',
  NextElapseUSecRealtime: 'Sun 2099-11-22 18:05:00 UTC',
  NextElapseUSecMonotonic: 'infinity',
}

const wellUnits = (town: string, environment: string): Manager['units'] => ({
  'gt-heartbeat.timer': timer,
  'gt-rearm.timer': { ...timer, UnitFileState: 'transient' },
  'gt-heartbeat.service': { ...service, EnvironmentFiles: `${environment} (ignore_errors=yes)` },
  'gt-lifecycle.service': service,
  'gt-rearm.service': service,
  'gt-heartbeat-failed.service': service,
  'gt-lifecycle.path': {
    LoadState: 'loaded',
    ActiveState: 'active',
    NeedDaemonReload: 'no',
    Paths: `${town}/daemon/requests (DirectoryNotEmpty)`,
  },
})

const units = ['gt-heartbeat.timer', 'gt-heartbeat.service', 'gt-rearm.service', 'gt-lifecycle.service']
const allUnits = [...units, 'gt-lifecycle.path', 'gt-heartbeat-failed.service']

const fingerprint = (text: string): string => createHash('sha256').update(text).digest('hex')

/** What a check that ended well a minute ago has written down. */
function pastCheck(town: FakeTown): void {
  const at = Math.floor(Date.now() / 1000) - 60
  const next = { idleSeconds: 0, intervalSeconds: 300, at: new Date((at + 300) * 1000).toISOString(), reason: 'x' }
  const counts = { durationMs: 40, verdict: 'ok', exitCode: 0, done: 0, failed: 0, blindSpots: [], waiting: [] }
  const check = {
    type: 'check',
    run: 'r-1',
    at: new Date(at * 1000).toISOString(),
    mode: 'heartbeat',
    gate: null,
    next,
  }
  town.write('daemon/heartbeat/history.jsonl', `${JSON.stringify({ ...check, ...counts })}\n`)
  town.write('daemon/heartbeat/next', `${at} ${at + 300} ${at + 300}\n`)
}

/** Raises a town with a schedule of systemd's, installed for it and well; a check is written down. */
export function openClinic(options: { readonly kind?: StageKindName } = {}): Clinic {
  const town = raiseTown(options)
  const { bin } = town.programs
  const home = join(town.stage, 'home')
  const settings = join(home, '.config/gt-heartbeat')
  const says = join(town.stage, 'systemctl.json')
  let manager: Manager = {
    environment: { HOME: home, PATH: '/usr/bin:/bin' },
    units: wellUnits(town.root, join(settings, 'default.env')),
  }
  const tell = (): void => put(says, JSON.stringify(manager))
  const program = (name: string, lines: string): void => put(join(bin, name), `#!/bin/sh\n${lines}\n`, 0o755)
  const env = { ...town.env, XDG_RUNTIME_DIR: join(town.stage, 'run'), TMPDIR: town.stage }
  let has: Readonly<Record<string, string | undefined>> = {
    GT_TOWN_ROOT: town.root,
    PATH: town.env['PATH'],
    LC_ALL: 'C.UTF-8',
    TMUX_TMPDIR: town.env['TMUX_TMPDIR'],
  }
  const files = (): readonly string[] => [
    join(settings, 'default.env'),
    join(home, '.config/systemd/user/gt-lifecycle.path.d/town.conf'),
    ...allUnits.map((unit) => join(home, '.config/systemd/user', unit)),
  ]
  const writeManifest = (change: Parameters<Clinic['manifest']>[0]): void => {
    const prints = Object.fromEntries(files().map((path) => [path, fingerprint(readFileSync(path, 'utf8'))]))
    const at = '2026-11-22T10:00:00.000Z'
    const installed = change({ town: town.root, scheduler: 'systemd', version, at, files: prints })
    put(join(settings, 'installed.json'), JSON.stringify({ schema: 1, schedules: { default: installed }, folders: [] }))
  }
  const checksHave: Clinic['checksHave'] = (change) => {
    has = { ...has, ...change }
    const lines = Object.entries(has).flatMap(([name, value]) => (value === undefined ? [] : [`${name}="${value}"\n`]))
    put(join(settings, 'default.env'), lines.join(''))
    writeManifest((installed) => installed)
  }
  const examine: Clinic['examine'] = async ({ words = [], ...options } = {}) => {
    const { stdout, stderr, exitCode } = await town.bare(['doctor', '--json', ...words], { env, ...options })
    if (stderr !== '') throw new Error(stderr)
    const diagnosis = doctorSchema.parse(JSON.parse(stdout))
    if (diagnosis.exitCode !== exitCode) throw new Error(`${stdout} and exit code ${exitCode}`)
    return diagnosis
  }

  for (const unit of allUnits) {
    put(join(home, '.config/systemd/user', unit), readFileSync(join(shipped, unit), 'utf8'))
  }
  put(
    join(home, '.config/systemd/user/gt-lifecycle.path.d/town.conf'),
    `# Written by gt-heartbeat install: where this town is.\n[Path]\nDirectoryNotEmpty=\nDirectoryNotEmpty=${town.root}/daemon/requests\n`,
  )
  tell()
  program('systemctl', `exec '${process.execPath}' '${systemctl}' '${says}' "$@"`)
  program('loginctl', 'echo yes')
  program('crontab', 'echo "no crontab for $USER" >&2; exit 1')
  program('gt-heartbeat', `exec '${process.execPath}' '${built}' "$@"`)
  program('gt-rearm', 'exit 1')
  rmSync(join(bin, 'node'), { force: true })
  symlinkSync(process.execPath, join(bin, 'node'))
  put(join(home, '.claude/.credentials.json'), '{}')
  checksHave({})
  pastCheck(town)
  return {
    town,
    home,
    settings,
    env,
    examine,
    codes: async (options) => (await examine(options)).findings.map(({ code }) => code).sort(),
    unit: (name, change) => {
      const { [name]: before, ...others } = manager.units
      manager = { ...manager, units: change === undefined ? others : { ...others, [name]: { ...before, ...change } } }
      tell()
    },
    manager: (change) => {
      manager = { ...manager, ...change }
      tell()
    },
    program,
    checksHave,
    manifest: writeManifest,
    end: () => town.end(),
  }
}
