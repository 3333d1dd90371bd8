import { readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type Clockwork, clockworkFor } from '../support/clockwork.js'
import { put } from '../support/town-folder.js'
import { waitFor } from '../support/wait-for.js'

const MINUTE = 60

/** The idle table of these tests: half as long as the real one, and an hour's pause for a town nobody has used for ten minutes. */
const intervals = [
  ['2m', '2m'],
  ['5m', '5m'],
  ['10m', '15m'],
  [null, '60m'],
]

function configure({ root }: Clockwork): void {
  const path = join(root, 'daemon/heartbeat.config.json')
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), intervals }))
}

/** Somebody typed a command in the town so many seconds ago. */
function activity({ root }: Clockwork, secondsAgo: number): void {
  const at = new Date(Date.now() - secondsAgo * 1000)
  const path = join(root, 'daemon/activity.json')
  put(path, JSON.stringify({ last_command: 'gt status', timestamp: at.toISOString() }))
  utimesSync(path, at, at)
}

/** One of the five-minute questions, and the check that may come of it; whether one came. */
async function tick(clock: Clockwork): Promise<boolean> {
  const before = clock.ran().length
  await clock.manager.systemctl('start', 'gt-rearm.service')
  await clock.settled()
  return clock.ran().length > before
}

async function idleTown(ctx: Parameters<typeof clockworkFor>[0]): Promise<Clockwork> {
  const clock = await clockworkFor(ctx)
  configure(clock)
  await clock.wake('deacon', 'gastown/witness')
  await clock.manager.systemctl('start', 'gt-heartbeat.timer')
  return clock
}

it('stretches as the town stays idle: each check has the next one armed for the second of its own pause', async (ctx) => {
  const clock = await idleTown(ctx)
  for (const [idle, pause] of [
    [0, 2],
    [3, 5],
    [7, 15],
    [11, 60],
    [600, 60],
    [0, 2],
  ] as const) {
    activity(clock, idle * MINUTE)
    expect(await tick(clock)).toBe(true)
    const { last, next } = clock.appointment()
    expect([idle, (next - last) / MINUTE, await clock.armedFor()]).toEqual([idle, pause, next])
    expect(await tick(clock)).toBe(false)
    expect(await clock.armedFor()).toBe(next)
    clock.age(pause * MINUTE)
  }
})

it('is brought forward by activity, not sooner than the shortest pause after the last check', async (ctx) => {
  const clock = await idleTown(ctx)
  activity(clock, 11 * MINUTE)
  expect(await tick(clock)).toBe(true)
  const { last, earliest, next } = clock.appointment()
  expect([earliest - last, next - last]).toEqual([2 * MINUTE, 60 * MINUTE])
  activity(clock, 0)
  expect(await tick(clock)).toBe(false)
  clock.age(2 * MINUTE)
  expect(await tick(clock)).toBe(true)
  const after = clock.appointment()
  expect((after.next - after.last) / MINUTE).toBe(2)
  expect(await clock.armedFor()).toBe(after.next)
})

it('is brought forward by a pass over requests that must wait, and that is armed too', async (ctx) => {
  const clock = await idleTown(ctx)
  activity(clock, 11 * MINUTE)
  await tick(clock)
  const { next } = clock.appointment()
  put(join(clock.root, 'ESTOP'), '')
  await clock.manager.systemctl('start', 'gt-lifecycle.service')
  await clock.settled()
  const forward = clock.appointment().next
  expect(forward).toBeLessThan(next)
  expect(await clock.armedFor()).toBe(forward)
})

it('is not held up by a check that dies before it has said when the next one is due: it is simply due', async (ctx) => {
  const clock = await idleTown(ctx)
  activity(clock, 0)
  await tick(clock)
  clock.age(2 * MINUTE)
  clock.dawdle(30)
  await clock.manager.systemctl('start', 'gt-rearm.service')
  await waitFor('a check runs', () => clock.ran().length === 2)
  await clock.manager.systemctl('kill', '--signal=KILL', 'gt-heartbeat.service')
  await clock.settled()
  expect(await tick(clock)).toBe(true)
  expect(await clock.armedFor()).toBe(clock.appointment().next)
})
