import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'vitest'
import { between, type Ran, ranIn } from './clockwork-runs.js'
import { packedFor } from './packed-package.js'
import { stageKinds } from './stage-kind.js'
import { agentOf, folderOf, sessionOf } from './stage-names.js'
import { makeStandIns } from './stand-ins.js'
import { ageMemory } from './time-travel.js'
import { makeRig, makeTownFolder, put, putJson } from './town-folder.js'
import { type TownRecords, townRecords } from './town-records.js'
import { managerFor, type Said, type UserManager } from './user-manager.js'
import { waitFor } from './wait-for.js'

/** A user's machine with the installed package, its units copied by hand, and a town at ~/gt of one rig. Nothing is enabled. */
export interface Clockwork extends TownRecords {
  readonly manager: UserManager
  readonly root: string
  /** What the user's terminal has: the package and the stand-ins of gt, bd and agents are on PATH. */
  readonly env: Readonly<Record<string, string>>
  /** Every check and every pass over requests by a unit, in order. */
  ran(): readonly Ran[]
  /** Has each check say that the next one is due so many seconds after it. */
  hurry(seconds: number): void
  /** Has the next run take so many seconds longer. */
  dawdle(seconds: number): void
  /** Has the next run not end when its work is done; that is then, and what comes back lets it end. */
  tarry(): Promise<() => void>
  /** Adds lines to a unit and has them read. */
  dropIn(unit: string, lines: string): Promise<void>
  /** As if so many seconds more had passed since the last check. What is armed stays as it is. */
  age(seconds: number): void
  appointment(): { readonly last: number; readonly earliest: number; readonly next: number }
  /** For when the next check is armed, epoch seconds; undefined: it is not. */
  armedFor(): Promise<number | undefined>
  /** Units of ours that are up or on their way, timers too. */
  active(): Promise<readonly string[]>
  /** Waits until no unit of ours has work left. */
  settled(): Promise<void>
  tmux(...words: readonly string[]): Promise<Said>
  /** Starts a session with an agent's stand-in for each. */
  wake(...who: readonly string[]): Promise<void>
}

/** A clockwork with the packed package, which ends with its test; the test is skipped where that is impossible. */
export async function clockworkFor(test: TestContext): Promise<Clockwork> {
  const packed = await packedFor(test)
  const manager = await managerFor(test)
  const at = (path: string): string => join(manager.folder, path)
  const root = join(manager.home, 'gt')
  const path = `${packed.bin}:${manager.env['PATH']}`
  const { bin } = makeStandIns(manager.folder, path)
  const units = join(manager.home, '.config/systemd/user')
  makeTownFolder(root)
  const places = new Map([['gastown', makeRig(root, 'gastown', {})]])
  put(join(bin, 'gt-heartbeat'), between(manager.folder, join(packed.bin, 'gt-heartbeat')))
  chmodSync(join(bin, 'gt-heartbeat'), 0o755)
  cpSync(join(packed.prefix, 'lib/node_modules/gt-heartbeat/units'), units, { recursive: true })
  put(
    join(manager.home, '.config/gt-heartbeat/default.env'),
    `GT_TOWN_ROOT="${root}"\nPATH="${bin}:${path}"\nTMUX_TMPDIR="${manager.env['TMUX_TMPDIR']}"\n`,
  )
  putJson(join(root, 'daemon/heartbeat.config.json'), {
    maxStarts: 100,
    launchShell: false,
    launch: launchesOf(join(bin, 'claude')),
  })
  await manager.systemctl('daemon-reload')
  const env = { ...manager.env, PATH: `${bin}:${path}` }
  const tmux = (...words: readonly string[]) => manager.run(['tmux', ...words], { env })
  const active = async (): Promise<readonly string[]> => {
    const listed = await manager.systemctl(
      'list-units',
      '--no-legend',
      '--plain',
      '--state=active,activating,deactivating',
      ...ours,
    )
    return listed
      .split('\n')
      .flatMap((line) => line.split(' ', 1))
      .filter(Boolean)
      .sort()
  }
  const appointment = () => {
    const [last = 0, earliest = 0, next = 0] = readFileSync(join(root, 'daemon/heartbeat/next'), 'utf8')
      .split(' ')
      .map(Number)
    return { last, earliest, next }
  }
  return {
    ...townRecords({
      root,
      kind: stageKinds.classic,
      places,
      prefixOf: (rig) => stageKinds.classic.usualPrefix(rig ?? ''),
    }),
    manager,
    root,
    env,
    ran: () => ranIn(manager.folder),
    hurry: (seconds) => writeFileSync(at('hurry'), `${seconds}\n`),
    dawdle: (seconds) => writeFileSync(at('dawdle'), `${seconds}\n`),
    tarry: async () => {
      writeFileSync(at('tarry'), '')
      await waitFor('a run has done its work', () => existsSync(at('tarries')))
      return () => rmSync(at('tarries'))
    },
    dropIn: async (unit, lines) => {
      put(join(units, `${unit}.d/test.conf`), lines)
      await manager.systemctl('daemon-reload')
    },
    age: (seconds) => {
      ageMemory(root, seconds)
      const { last, earliest, next } = appointment()
      const file = join(root, 'daemon/heartbeat/next')
      writeFileSync(file, `${last - seconds} ${earliest - seconds} ${next - seconds}\n`)
      utimesSync(file, last - seconds, last - seconds)
    },
    appointment,
    armedFor: async () => {
      const { stdout } = await manager.run(
        ['systemctl', '--user', 'show', '-P', 'NextElapseUSecRealtime', 'gt-rearm.timer'],
        { env: { TZ: 'UTC' } },
      )
      const [, day, time] = / (\S+) (\S+) UTC/.exec(stdout) ?? []
      return day === undefined ? undefined : Date.parse(`${day}T${time}Z`) / 1000
    },
    active,
    settled: () =>
      waitFor(
        'no unit has work left',
        async () => {
          const jobs = await manager.systemctl('list-jobs', '--no-legend')
          return jobs.trim() === '' && (await active()).every((unit) => !unit.endsWith('.service'))
        },
        120_000,
      ).then(() => undefined),
    tmux,
    wake: async (...who) => {
      for (const one of who.map(agentOf)) {
        const folder = join(root, folderOf(one))
        mkdirSync(folder, { recursive: true })
        await tmux('new-session', '-d', '-s', sessionOf(one), '-c', folder, join(bin, 'claude'), '--awake')
      }
    },
  }
}

const ours = ['gt-heartbeat*', 'gt-rearm*', 'gt-lifecycle*']

const launchesOf = (claude: string) =>
  Object.fromEntries(['mayor', 'deacon', 'witness', 'refinery', 'crew', 'polecat'].map((role) => [role, claude]))
