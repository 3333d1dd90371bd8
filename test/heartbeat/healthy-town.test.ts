import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readDocument } from '../support/check-document.js'
import { type Check, type FakeTown, raiseTown } from '../support/fake-town.js'

let town: FakeTown

beforeEach(() => {
  town = raiseTown()
})
afterEach(() => town.end())

const programsOf = (check: Check): readonly string[] => check.calls.map(({ program }) => program).sort()

/** What kind of town it is, an earlier check has found out. */
const isKnown = (): Promise<Check> => town.run(['--once'])

async function raiseHealthyRig(polecats: number): Promise<void> {
  town.addRig('gastown')
  const crew = Array.from({ length: polecats }, (_, index) => `gastown/polecats/p${index}`)
  for (const polecat of crew) town.setBead(polecat, { state: 'working', hook: 'gt-w1' })
  town.setBead('deacon', { state: 'running' })
  town.setBead('gastown/witness', { state: 'running' })
  await town.wake('deacon', 'gastown/witness', ...crew)
}

describe('a healthy town', () => {
  it.each([1, 12])('costs one tmux and two bd, with %i polecats at work', async (polecats) => {
    await raiseHealthyRig(polecats)
    await isKnown()
    const check = await town.run(['--once', '--json'])
    expect(check).toMatchObject({ exitCode: 0, stderr: '' })
    expect(programsOf(check)).toEqual(['bd', 'bd', 'tmux'])
    const { verdict, actions, findings, blindSpots, seen, children } = readDocument(check.stdout)
    expect({ verdict, actions, findings, blindSpots }).toEqual({
      verdict: 'ok',
      actions: [],
      findings: [],
      blindSpots: [],
    })
    expect(seen).toEqual({ rigs: 1, agents: polecats + 4, polecats, sessions: polecats + 2, mail: 0, pendingSpawns: 0 })
    expect(children.map(({ program, calls }) => [program, calls]).sort()).toEqual([
      ['bd', 2],
      ['tmux', 1],
    ])
  })

  it('is asked one bd more for each database more', async () => {
    town.addRig('gastown', { ownDatabase: true })
    town.addRig('beads', { ownDatabase: true, prefix: 'bd-' })
    await town.wake('deacon', 'gastown/witness', 'beads/witness')
    await isKnown()
    const check = await town.run(['--once'])
    expect(check).toMatchObject({ exitCode: 0, stderr: '' })
    expect(programsOf(check)).toEqual(['bd', 'bd', 'bd', 'bd', 'tmux'])
  })

  it('is asked in the words the contract pins, under an environment that leaves no trace', async () => {
    await raiseHealthyRig(1)
    await isKnown()
    const env = {
      ...town.env,
      GT_ROLE: 'mayor',
      BD_ACTOR: 'x',
      BEADS_DIR: '/nowhere',
      CLAUDECODE: '1',
      TMUX_PANE: '%1',
    }
    const { calls } = await town.run(['--once'], { env })
    const asked = calls.filter(({ program }) => program === 'bd')
    expect(asked.map(({ args }) => args.join(' ')).sort()).toEqual([
      '--readonly list --type message --assignee deacon/ --status open --json --limit 0',
      '--readonly list --type=agent --json --limit 0',
    ])
    for (const call of asked) {
      expect(call.cwd).toBe(town.root)
      expect(call.env).toMatchObject({
        BEADS_AUTO_START_DAEMON: 'false',
        BEADS_DOLT_AUTO_START: '0',
        BD_BACKUP_ENABLED: 'false',
        GT_TOWN_ROOT: '/dev/null',
        GT_ROOT: '/dev/null',
      })
      for (const name of ['GT_ROLE', 'BD_ACTOR', 'BEADS_DIR', 'CLAUDECODE', 'TMUX_PANE']) {
        expect(call.env).not.toHaveProperty(name)
      }
    }
    const [look] = calls.filter(({ program }) => program === 'tmux')
    expect(look?.args.slice(0, 5)).toEqual(['-u', '-S', town.tmux.socket, 'list-panes', '-a'])
  })

  it('gets one line in the log and what is next in its files', async () => {
    await raiseHealthyRig(1)
    await town.run(['--once'])
    const logged = (town.read('daemon/daemon.log') ?? '').trimEnd().split('\n')
    expect(logged).toHaveLength(1)
    expect(logged[0]).toMatch(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d /)
    expect(town.read('daemon/next-interval')).toBe('300\n')
    expect(existsSync(join(town.root, 'daemon/requests'))).toBe(true)
    expect(town.read('daemon/heartbeat/next')).toMatch(/^\d+ \d+ \d+\n$/)
    expect(JSON.parse(town.read('daemon/state.json') ?? '')).toMatchObject({
      running: false,
      pid: 0,
      heartbeat_count: 1,
      next_interval_seconds: 300,
    })
    await town.run(['--once'])
    expect(JSON.parse(town.read('daemon/state.json') ?? '')).toMatchObject({ heartbeat_count: 2 })
    expect((town.read('daemon/daemon.log') ?? '').trimEnd().split('\n')).toHaveLength(2)
  })

  it.each([
    [2, 300],
    [10, 600],
    [30, 1800],
    [120, 3600],
  ])('idle for %i minutes is looked at again in %i seconds, and its own checks do not wake it', async (idle, next) => {
    await raiseHealthyRig(1)
    const timestamp = new Date(Date.now() - idle * 60_000).toISOString()
    town.write('daemon/activity.json', JSON.stringify({ last_command: 'gt mail', timestamp }))
    for (const run of [1, 2]) {
      const check = await town.run(['--once', '--json'])
      expect([run, readDocument(check.stdout).next.intervalSeconds]).toEqual([run, next])
    }
  })

  it('is not due again at once', async () => {
    await raiseHealthyRig(1)
    await town.run(['--once'])
    const check = await town.run(['--once', '--if-due'])
    expect(check).toMatchObject({ exitCode: 0, calls: [] })
  })

  it('tells its people what was seen, when asked', async () => {
    await raiseHealthyRig(1)
    await town.run(['--once'])
    const status = await town.run(['status'])
    expect(status.exitCode).toBe(0)
    expect(status.stdout).toContain('gastown/witness')
    const history = await town.run(['history', '--json'])
    expect(history.exitCode).toBe(0)
  })
})
