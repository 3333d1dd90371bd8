// A town that the gt, bd and dolt of today made. Here: how a check gets along with their resident daemon, what it costs, and what
// they make of the files it leaves behind.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DEACON, MAYOR, WITNESS, WRITERS } from '../support/current-town-life.js'
import { RIG } from '../support/current-town-steps.js'
import type { Call } from '../support/stand-ins.js'
import { putJson } from '../support/town-folder.js'
import { useCurrentTown } from '../support/use-current-town.js'
import { waitFor } from '../support/wait-for.js'

const inTown = useCurrentTown()

const tally = (children: readonly { readonly program: string; readonly calls: number }[]): readonly string[] =>
  children.map(({ program, calls }) => `${program} ${calls}`).sort()

const DATABASES = ['hq', RIG]

test('the real gt reads what a check leaves behind', async () => {
  const { town, everybodyAtWork, kill, check, at } = inTown()
  await everybodyAtWork()
  kill(DEACON)
  await check()
  // README.md and docs/moving.md quote both lines, and warn of the second.
  expect(town.run('gt', ['daemon', 'status'])).toMatch(/Daemon is not running\n\nStart with: gt daemon start/)
  expect(town.run('gt', ['daemon', 'logs'])).toMatch(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d .*deacon/m)
  const count = (): number => JSON.parse(readFileSync(at('daemon/state.json'), 'utf8')).heartbeat_count
  expect(count()).toBe(1)
  await check()
  expect(count()).toBe(2)
  town.run('gt', ['daemon', 'start'])
  await waitFor('the daemon beats', () => town.run('gt', ['daemon', 'status']).includes('(#1)'), 30_000)
  town.run('gt', ['daemon', 'stop'])
  await check()
  expect(count()).toBe(2)
})

test('gt doctor --fix starts the resident daemon, as README.md warns, and with --no-start it does not', async () => {
  const { town, everybodyAtWork, check } = inTown()
  await everybodyAtWork()
  const fix = (...words: readonly string[]): void => {
    try {
      town.run('gt', ['doctor', '--fix', ...words])
    } catch {
      // It fails when anything else of the town is not to its liking.
    }
  }
  fix('--no-start')
  expect(town.run('gt', ['daemon', 'status'])).toContain('Daemon is not running')
  fix()
  await waitFor('a daemon runs', () => town.run('gt', ['daemon', 'status']).includes('Daemon is running'), 30_000)
  expect((await check()).exitCode).toBe(75)
  town.run('gt', ['daemon', 'stop'])
})

test('while a real gt daemon is resident a check does nothing and says 75; the daemon loses every request', async () => {
  const { town, everybodyAtWork, kill, check, at, session, inbox, writes } = inTown()
  await everybodyAtWork()
  const old = session(WITNESS)
  for (const role of ['mayor', 'deacon', 'witness', 'refinery', 'crew', 'polecat'] as const)
    writes(WRITERS[role], `LIFECYCLE: ${role} requesting cycle`, '{"action":"cycle"}')
  town.run('gt', ['daemon', 'start'])
  const log = (): string => readFileSync(at('daemon/daemon.log'), 'utf8')
  await waitFor('its first heartbeat is over', () => log().includes('Heartbeat complete'), 40_000)
  expect(inbox('deacon/')).toEqual([])
  expect(
    log()
      .match(/unknown agent identity: \S+/g)
      ?.sort(),
  ).toEqual(
    ['deacon/', 'demo/joe', 'demo/refinery', 'demo/rust', 'demo/witness', 'mayor/'].map(
      (who) => `unknown agent identity: ${who}`,
    ),
  )
  expect(session(WITNESS)?.id).toBe(old?.id)
  expect(session(MAYOR)).toBeDefined()
  kill(DEACON)
  const { exitCode, report, deeds } = await check()
  expect(exitCode).toBe(75)
  const because = expect.stringContaining('gt daemon stop')
  expect(report.gate).toMatchObject({ open: false, reason: 'resident-daemon', because })
  expect(deeds.filter((deed) => !deed.endsWith('would'))).toEqual([])
  expect(session(DEACON)).toBeUndefined()
  town.run('gt', ['daemon', 'stop'])
  expect((await check()).deeds).toEqual(['start deacon done'])
})

test('a check of a healthy town of one rig starts exactly three programs and changes nothing in any database', async () => {
  const { town, everybodyAtWork, check } = inTown()
  await everybodyAtWork()
  await check()
  const before = DATABASES.map(town.dolt.state)
  const { report, children, exitCode, ms } = await check()
  expect(exitCode).toBe(0)
  expect(report.actions).toEqual([])
  expect(tally(report.children)).toEqual(['bd 2', 'tmux 1'])
  expect(children.map(({ program }) => program).sort()).toEqual(['bd', 'bd', 'tmux'])
  expect(DATABASES.map(town.dolt.state)).toEqual(before)
  expect(ms).toBeLessThan(5_000)
})

test('a second rig costs a healthy check no further program, and its witness is kept as well', async () => {
  const { town, everybodyAtWork, check } = inTown()
  await everybodyAtWork()
  town.run('gt', ['rig', 'add', 'other', `file://${join(town.base, 'origin')}`, '--prefix', 'ot'])
  expect(await check()).toMatchObject({ exitCode: 0, deeds: ['start other/witness done'] })
  const { deeds, children } = await check()
  expect(deeds).toEqual([])
  expect(children.map(({ program }) => program).sort()).toEqual(['bd', 'bd', 'tmux'])
  expect(town.tmux.sessions().map(({ name }) => name)).toContain('ot-witness')
})

test('a check does not take its own calls for activity in the town', async () => {
  const { everybodyAtWork, check, writes } = inTown()
  await everybodyAtWork()
  writes(WRITERS.witness, 'LIFECYCLE: witness requesting cycle', 'cycle')
  expect((await check()).deeds).toHaveLength(1)
  const { report } = await check()
  expect(report.next.intervalSeconds).toBe(300)
})

const heartbeats = /^(\S+ \S+) Heartbeat complete/gm

test('a quiet check costs a fraction of a quiet heartbeat of the daemon', { timeout: 180_000 }, async () => {
  const { town, everybodyAtWork, check, at } = inTown()
  await everybodyAtWork()
  town.run('gt', ['mayor', 'start'])
  await check()
  const ours = await cost(async () => {
    const { ms, exitCode, pid } = await check()
    expect(exitCode).toBe(0)
    return { ms, pid }
  })
  putJson(at('settings/config.json'), {
    type: 'town-settings',
    version: 1,
    operational: { daemon: { recovery_heartbeat_interval: '15s' } },
  })
  town.run('gt', ['daemon', 'start'])
  const log = (): string => readFileSync(at('daemon/daemon.log'), 'utf8')
  const beats = (): number => log().match(heartbeats)?.length ?? 0
  await waitFor('its first heartbeats, in which it starts others, are over', () => beats() === 2, 90_000)
  const theirs = await cost(async () => {
    await waitFor('another heartbeat is over', () => beats() === 3, 60_000)
    // Where it took longer than its interval, the next one has begun by now.
    const lines = log().match(/^\S+ \S+ Heartbeat (starting|complete)/gm) ?? []
    const last = lines.findLastIndex((line) => line.endsWith('complete'))
    const [begun = '', done = ''] = lines.slice(last - 1, last + 1)
    const moment = (line: string): number => Date.parse(line.split(' ').slice(0, 2).join(' ').replaceAll('/', '-'))
    return { ms: moment(done) - moment(begun), pid: Number.parseInt(readFileSync(at('daemon/daemon.pid'), 'utf8'), 10) }
  })
  town.run('gt', ['daemon', 'stop'])
  process.stdout.write(
    `a quiet check: ${JSON.stringify(ours)}\nthe daemon, from one heartbeat to the next: ${JSON.stringify(theirs)}\n`,
  )
  expect(ours).toMatchObject({ commits: 0, written: false })
  expect(ours.programs).toBeLessThan(theirs.programs / 4)
  expect(ours.ms).toBeLessThan(theirs.ms)

  /** What a process did while this ran: the programs it started and those started by them, and what was written meanwhile. */
  async function cost(deed: () => Promise<{ readonly ms: number; readonly pid: number }>) {
    const states = () => DATABASES.map(town.dolt.state)
    const before = states()
    const begun = new Set(town.programs.calls().map(({ pid }) => pid))
    const { ms, pid } = await deed()
    const after = states()
    const calls = town.programs.calls().filter((call) => !begun.has(call.pid))
    const programs = startedBy(pid, calls)
    const commits = after.reduce((sum, state, nth) => sum + state.commits - (before[nth]?.commits ?? 0), 0)
    const written = JSON.stringify(after) !== JSON.stringify(before)
    return { ms: Math.round(ms), programs: programs.length, kinds: counted(programs), commits, written }
  }
})

function startedBy(pid: number, calls: readonly Call[]): readonly Call[] {
  const own = calls.filter(({ parent }) => parent === pid)
  return own.flatMap((call) => [call, ...startedBy(call.pid, calls)])
}

const counted = (calls: readonly Call[]): string =>
  ['bd', 'gt', 'tmux', 'git', 'ps', 'claude']
    .map((name) => `${name} ${calls.filter(({ program }) => program === name).length}`)
    .filter((count) => !count.endsWith(' 0'))
    .join(', ')
