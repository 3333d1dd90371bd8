import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, type TestContext } from 'vitest'
import { type Clockwork, clockworkFor } from '../support/clockwork.js'
import type { Ran } from '../support/clockwork-runs.js'
import { waitFor } from '../support/wait-for.js'

/** The static tick, shortened from five minutes, in seconds; and what a machine with other work may add. */
const TICK = 5
const SLACK = 2

/** The schedule with checks that are due every other second. */
async function hurried(test: TestContext): Promise<Clockwork> {
  const clock = await clockworkFor(test)
  await clock.wake('deacon', 'gastown/witness')
  clock.hurry(2)
  await clock.dropIn('gt-heartbeat.timer', `[Timer]\nOnCalendar=\nOnCalendar=*:*:0/${TICK}\nAccuracySec=100ms\n`)
  await clock.manager.systemctl('enable', '--now', 'gt-heartbeat.timer')
  return clock
}

const begun = ({ ran }: Clockwork, count: number) =>
  waitFor(`${count} checks have begun`, () => ran().length >= count, 120_000)

/** Waits for a check of some seconds that has just begun. */
async function longOne(clock: Clockwork, seconds: number): Promise<void> {
  const before = clock.ran().length
  clock.dawdle(seconds)
  await begun(clock, before + 1)
}

/** The pauses between checks in seconds; one that was killed ended at the latest of `kills` before the next. */
function pauses(ran: readonly Ran[], kills: readonly number[]): readonly number[] {
  return ran.slice(1).map(({ began }, index) => {
    const before = ran[index]
    const end = before?.ended ?? kills.findLast((at) => at < began) ?? before?.began ?? 0
    return (began - end) / 1000
  })
}

describe('the schedule under a real systemd user manager', () => {
  it('has 30 checks follow one another, with no gap longer than one tick, whatever is done to them', async (ctx) => {
    const clock = await hurried(ctx)
    const { manager } = clock
    const kills: number[] = []
    await begun(clock, 4)
    for (const _ of [1, 2, 3]) await manager.systemctl('daemon-reload')
    await begun(clock, 7)
    await longOne(clock, 3)
    await manager.systemctl('daemon-reload')
    await begun(clock, 11)
    await longOne(clock, 4)
    await manager.systemctl('kill', '--signal=KILL', 'gt-heartbeat.service')
    kills.push(Date.now())
    await begun(clock, 16)
    await longOne(clock, 4)
    await manager.systemctl('stop', 'gt-heartbeat.service')
    kills.push(Date.now())
    await begun(clock, 20)
    await waitFor('the armed timer is removed by hand', async () => {
      const { exitCode } = await manager.run(['systemctl', '--user', 'stop', 'gt-rearm.timer'])
      return exitCode === 0
    })
    await begun(clock, 25)
    await manager.systemctl('restart', 'gt-heartbeat.timer')
    await begun(clock, 31)
    const ran = clock.ran().slice(0, 30)
    expect(ran.filter(({ words }) => words !== '--once')).toEqual([])
    expect(Math.max(...pauses(ran, kills))).toBeLessThan(TICK + SLACK)
    expect(pauses(ran, kills).filter((pause) => pause < 3.5).length).toBeGreaterThan(20)
    expect(ran.filter(({ exitCode }) => exitCode !== 0 && exitCode !== 1)).toHaveLength(kills.length)
    expect((await clock.tmux('list-sessions', '-F', '#{session_name}')).stdout).toBe('gt-deacon\ngt-gastown-witness\n')
  }, 280_000)

  for (const words of [['stop'], ['disable', '--now']]) {
    it(`after ${words.join(' ')} of the timer during a check nothing of it is left, and nothing comes back`, async (ctx) => {
      const clock = await hurried(ctx)
      await begun(clock, 2)
      await longOne(clock, 3)
      await clock.manager.systemctl(...words, 'gt-heartbeat.timer')
      await expect.poll(clock.active).toEqual(['gt-heartbeat.service'])
      await clock.settled()
      expect(clock.ran().at(-1)).toMatchObject({ exitCode: 0 })
      const { length } = clock.ran()
      // Only time can show that nothing happens.
      await sleep((TICK + SLACK) * 1000)
      expect([await clock.active(), await clock.armedFor(), clock.ran().length]).toEqual([[], undefined, length])
      await clock.manager.systemctl('start', 'gt-heartbeat.timer')
      await begun(clock, length + 2)
    })
  }

  it('arms the very second that the check wrote, and that goes with the timer', async (ctx) => {
    const clock = await clockworkFor(ctx)
    await clock.manager.systemctl('start', 'gt-heartbeat.timer')
    await clock.manager.systemctl('start', 'gt-rearm.service')
    await begun(clock, 1)
    await clock.settled()
    const { last, next } = clock.appointment()
    expect(next - last).toBeGreaterThanOrEqual(60)
    expect(await clock.armedFor()).toBe(next)
    await clock.manager.systemctl('daemon-reload')
    expect(await clock.armedFor()).toBe(next)
    await clock.manager.systemctl('restart', 'gt-heartbeat.timer')
    await clock.manager.systemctl('stop', 'gt-heartbeat.timer')
    await expect.poll(clock.active).toEqual([])
    expect(await clock.armedFor()).toBeUndefined()
  })

  it('goes on after a logout or a boot: the timer is there again, and its first question arms the check that was not due', async (ctx) => {
    const clock = await clockworkFor(ctx)
    await clock.manager.systemctl('enable', '--now', 'gt-heartbeat.timer')
    await clock.manager.systemctl('start', 'gt-rearm.service')
    await waitFor('the next one is armed', () => clock.armedFor())
    await clock.settled()
    const { next } = clock.appointment()
    await clock.manager.loginAgain()
    expect(await clock.active()).toEqual(['gt-heartbeat.timer', 'gt-lifecycle.path'])
    await waitFor('it is armed again', () => clock.armedFor(), 40_000)
    expect([await clock.armedFor(), clock.ran().length]).toEqual([next, 1])
  })

  it('a check by hand while the timer is stopped arms nothing', async (ctx) => {
    const clock = await clockworkFor(ctx)
    await clock.manager.systemctl('start', 'gt-heartbeat.service')
    expect(clock.ran()).toHaveLength(1)
    await expect.poll(clock.active).toEqual([])
  })
})
