import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FakeTown, raiseTown } from '../../support/fake-town.js'
import { refuses } from '../../support/stand-ins.js'

let town: FakeTown
let metrics: string

beforeEach(async () => {
  town = raiseTown()
  town.addRig('gastown')
  await town.wake('deacon', 'gastown/witness')
  metrics = join(town.stage, 'gt.prom')
  town.configure({ metrics })
  await town.run(['--once'])
})
afterEach(() => town.end())

const json = (path: string) => JSON.parse(town.read(path) ?? 'null')
const state = () => json('daemon/state.json')
const ledger = () => json('daemon/heartbeat/ledger.json')
const lastLine = (): string => (town.read('daemon/daemon.log') ?? '').trimEnd().split('\n').at(-1) ?? ''
const metric = (name: string): string | undefined =>
  new RegExp(`^gt_heartbeat_${name}\\{.*\\} (.*)$`, 'm').exec(readFileSync(metrics, 'utf8'))?.[1]

/** Dates the check that ran so far a minute back, so that another one is later by any clock of whole seconds. */
function age(): void {
  const back = (check: { startedAt: number; endedAt: number; intervalSeconds: number } | undefined) =>
    check && { ...check, startedAt: check.startedAt - 60_000, endedAt: check.endedAt - 60_000 }
  town.changeLedger(({ lastCheck, lastComplete, ...rest }) => ({
    ...rest,
    ...(lastCheck && { lastCheck: back(lastCheck) ?? lastCheck }),
    ...(lastComplete && { lastComplete: back(lastComplete) ?? lastComplete }),
  }))
  const then = '2026-11-22T10:00:00Z'
  town.write(
    'daemon/state.json',
    JSON.stringify({ ...state(), last_heartbeat: then, started_at: then, next_heartbeat: then }),
  )
}

/** A way to keep a check from being complete, its exit code, and the way back. */
type Way = readonly [name: string, exitCode: number, prevent: () => void, cure: () => void]

const ways: readonly Way[] = [
  [
    'its configuration is broken',
    78,
    () => town.write('daemon/heartbeat.config.json', '{'),
    () => town.configure({ metrics }),
  ],
  ['there is an ESTOP', 0, () => town.write('ESTOP', ''), () => rmSync(join(town.root, 'ESTOP'))],
  [
    'the town was told to stay down',
    0,
    () => town.write('daemon/heartbeat/stand-down/town', ''),
    () => rmSync(join(town.root, 'daemon/heartbeat/stand-down/town')),
  ],
  [
    'the town is being shut down',
    0,
    () => town.write('daemon/shutting-down', `${process.pid}\n`),
    () => rmSync(join(town.root, 'daemon/shutting-down')),
  ],
  [
    'tmux cannot be asked',
    3,
    () => town.programs.spoil('tmux', refuses('error connecting to /x (Permission denied)')),
    () => town.programs.mend('tmux'),
  ],
]

describe('a check that could not observe the town, or was not allowed to act', () => {
  it.each(ways)('counts as no heartbeat: %s', async (_, exitCode, prevent, cure) => {
    age()
    const [before, complete] = [state(), ledger().lastComplete]
    prevent()
    expect((await town.run(['--once'])).exitCode).toBe(exitCode)
    expect(state()).toEqual({
      ...before,
      next_heartbeat: expect.not.stringContaining(before.next_heartbeat),
      next_interval_seconds: 300,
    })
    expect(ledger().lastComplete).toEqual(complete)
    expect(ledger().lastCheck.startedAt).toBeGreaterThan(complete.startedAt)
    expect(lastLine()).toMatch(/ Check ended; it was not complete and counts as no heartbeat$/)
    const { stdout } = await town.run(['status'])
    expect(stdout).toMatch(/^last check: [0-9]s ago/m)
    expect(stdout).toMatch(/^last complete check: \S+ ago; no later check observed the town/m)
    const told = JSON.parse((await town.run(['status', '--json'])).stdout)
    expect(told.lastComplete.ageSeconds - told.lastCheck.ageSeconds).toBeGreaterThanOrEqual(58)
    cure()
    await town.run(['--once'])
    expect(state()).toMatchObject({ heartbeat_count: 2 })
    expect(state().last_heartbeat).not.toBe(before.last_heartbeat)
    expect(lastLine()).toMatch(/ Heartbeat complete \(#2\)$/)
    expect((await town.run(['status'])).stdout).not.toMatch(/complete check/)
  })

  it('says in the metrics when the last complete one was, and no number of agents that it does not know', async () => {
    expect(metric('last_complete_check_timestamp_seconds')).toBe(metric('last_check_timestamp_seconds'))
    expect([metric('agents'), metric('agents_down'), metric('agents_unknown')]).toEqual(['4', '2', '0'])
    age()
    town.programs.spoil('tmux', refuses('error connecting to /x (Permission denied)'))
    await town.run(['--once'])
    const times = ['last_check', 'last_complete_check'].map((name) => Number(metric(`${name}_timestamp_seconds`)))
    expect((times[0] ?? 0) - (times[1] ?? 0)).toBeGreaterThanOrEqual(59)
    expect([metric('agents'), metric('agents_down'), metric('agents_unknown')]).toEqual(['4', '0', '4'])
    town.programs.uninstall('tmux')
    await town.run(['--once'], { env: { ...town.env, PATH: town.programs.bin } })
    expect(metric('last_check_exit_code')).toBe('69')
    expect([metric('agents'), metric('agents_down'), metric('sessions')]).toEqual([undefined, undefined, undefined])
  })

  it('is told by status when no check was ever complete', async () => {
    for (const path of ['ledger.json', 'history.jsonl', 'next']) rmSync(join(town.root, 'daemon/heartbeat', path))
    rmSync(join(town.root, 'daemon/state.json'))
    town.write('ESTOP', '')
    await town.run(['--once'])
    expect(state()).not.toHaveProperty('last_heartbeat')
    expect((await town.run(['status'])).stdout).toMatch(/^last complete check: never;/m)
  })

  it('counts no heartbeat of a town whose configuration was broken from the first check on', async () => {
    rmSync(join(town.root, 'daemon/state.json'))
    writeFileSync(join(town.root, 'daemon/heartbeat.config.json'), '{')
    for (let check = 0; check < 3; check++) await town.run(['--once'])
    expect(state().heartbeat_count ?? 0).toBe(0)
  })
})
