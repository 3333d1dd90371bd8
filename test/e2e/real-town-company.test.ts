// A town that the real gt and bd of the classic era made. Here: how a check gets along with their daemons, what it costs,
// and what they make of the files it leaves behind.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readDocument } from '../support/check-document.js'
import { processesOf } from '../support/leftovers.js'
import { DEACON, WRITERS } from '../support/real-town-life.js'
import { buildFreshTown, OTHER_RIG, RIG } from '../support/real-town-steps.js'
import { lastActivity } from '../support/time-travel.js'
import { useRealTown } from '../support/use-real-town.js'
import { waitFor } from '../support/wait-for.js'

const inTown = useRealTown()

const tally = (children: readonly { readonly program: string; readonly calls: number }[]): readonly string[] =>
  children.map(({ program, calls }) => `${program} ${calls}`).sort()

test('the real gt reads what a check leaves behind', async () => {
  const { town, everybodyAtWork, kill, check, at } = inTown()
  await everybodyAtWork()
  kill(DEACON)
  await check()
  // README.md and docs/moving.md quote both lines, and warn of the second.
  expect(town.run('gt', ['daemon', 'status'])).toMatch(/Daemon is not running\n\nStart with: gt daemon start/)
  expect(town.run('gt', ['daemon', 'logs'])).toMatch(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d .*deacon/m)
  expect(town.run('gt', ['status'])).toMatch(/gt-deacon.* running/)
  const count = (): number => JSON.parse(readFileSync(at('daemon/state.json'), 'utf8')).heartbeat_count
  expect(count()).toBe(1)
  await check()
  expect(count()).toBe(2)
})

test('gt doctor --fix starts the resident daemon, as README.md warns, and a check only observes beside it', async () => {
  const { town, everybodyAtWork, check } = inTown()
  await everybodyAtWork()
  // It fails when anything else of the town is not to its liking.
  expect(() => town.run('gt', ['doctor', '--fix'])).toThrow('doctor found')
  expect(town.run('gt', ['daemon', 'status'])).toContain('Daemon is running')
  expect((await check()).exitCode).toBe(75)
  town.run('gt', ['daemon', 'stop'])
  expect((await check()).exitCode).not.toBe(75)
})

test('a check whose bd and gt cannot have a bd daemon waits for none, and leaves none behind', async () => {
  const { town, everybodyAtWork, check, at, raiseFlags, writes } = inTown()
  await everybodyAtWork()
  raiseFlags(at(RIG, 'witness/state.json'), { requesting_cycle: true })
  writes(WRITERS.witness, 'LIFECYCLE: witness requesting cycle', 'cycle')
  const begun = performance.now()
  town.run('bd', ['list', '--json'], { env: { BEADS_AUTO_START_DAEMON: 'true' } })
  expect(performance.now() - begun).toBeGreaterThan(4_000)
  const { exitCode, ms, children } = await check()
  expect(exitCode).toBe(0)
  expect(children.map(({ program }) => program)).toContain('gt')
  expect(ms).toBeLessThan(5_000)
  expect(processesOf(town.base).filter(({ command }) => command.includes('bd daemon'))).toEqual([])
})

test('while a real gt daemon is resident a check does nothing and says 75', async () => {
  const { town, everybodyAtWork, kill, check, at, session } = inTown()
  await everybodyAtWork()
  town.run('gt', ['daemon', 'start'])
  const log = at('daemon/daemon.log')
  await waitFor('its first heartbeat is over', () => readFileSync(log, 'utf8').includes('Heartbeat complete'), 30_000)
  kill(DEACON)
  const state = readFileSync(at('daemon/state.json'), 'utf8')
  const { exitCode, report, deeds, agents } = await check()
  expect(exitCode).toBe(75)
  const because = expect.stringContaining('gt daemon stop')
  expect(report.gate).toMatchObject({ open: false, reason: 'resident-daemon', because })
  expect(deeds.filter((deed) => !deed.endsWith('would'))).toEqual([])
  expect(agents).toEqual([])
  expect(session(DEACON)).toBeUndefined()
  expect(readFileSync(at('daemon/state.json'), 'utf8')).toBe(state)
  expect(town.run('gt', ['daemon', 'status'])).toContain('Daemon is running')
  town.run('gt', ['daemon', 'stop'])
  expect((await check()).deeds).toEqual(['start deacon done'])
})

test('a check of a healthy town starts one tmux, one bd for mail and one bd for each database', async () => {
  const { town, everybodyAtWork, check } = inTown()
  await everybodyAtWork()
  await check()
  const { report, children, exitCode } = await check()
  expect(exitCode).toBe(0)
  expect(tally(report.children)).toEqual(['bd 3', 'tmux 1'])
  const asked = children.filter(({ program }) => program === 'bd').map(({ cwd }) => cwd)
  expect(asked.sort()).toEqual([town.root, town.root, town.issues])
  expect(children).toHaveLength(4)
})

test('a check of a healthy town with one database starts exactly three programs', async () => {
  const { town } = inTown()
  const root = join(town.base, 'home/fresh')
  buildFreshTown(join(town.base, 'origin'), root, town.run)
  town.run('gt', ['deacon', 'start'], { cwd: root })
  town.run('gt', ['witness', 'start', OTHER_RIG], { cwd: root })
  await waitFor('two agents run', () => town.claudes().length === 2)
  await town.checkAt(root)
  const { exitCode, stdout, children } = await town.checkAt(root)
  const report = readDocument(stdout)
  expect(exitCode).toBe(0)
  expect(report.actions).toEqual([])
  expect(tally(report.children)).toEqual(['bd 2', 'tmux 1'])
  expect(children.map(({ program }) => program).sort()).toEqual(['bd', 'bd', 'tmux'])
})

test('a check does not take its own calls for activity in the town', async () => {
  const { town, everybodyAtWork, check, at, raiseFlags, writes } = inTown()
  await everybodyAtWork()
  raiseFlags(at(RIG, 'witness/state.json'), { requesting_cycle: true })
  writes(WRITERS.witness, 'LIFECYCLE: witness requesting cycle', 'cycle')
  const activity = lastActivity(town.root, 20 * 60)
  const before = readFileSync(activity, 'utf8')
  expect((await check()).deeds).toHaveLength(1)
  const { report } = await check()
  expect(report.next.intervalSeconds).toBe(30 * 60)
  expect(readFileSync(activity, 'utf8')).toBe(before)
})
