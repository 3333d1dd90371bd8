import { expect, it } from 'vitest'
import { type Clockwork, clockworkFor } from '../support/clockwork.js'
import { waitFor } from '../support/wait-for.js'

/** `gt-heartbeat rearm` as a person types it. */
const rearm = ({ manager, env }: Clockwork, ...words: readonly string[]) =>
  manager.run(['gt-heartbeat', 'rearm', ...words], { env, cwd: manager.home })

it('a person has the written time armed again, with units that were copied by hand', async (ctx) => {
  const clock = await clockworkFor(ctx)
  const { manager } = clock
  expect(await rearm(clock)).toMatchObject({ exitCode: 69, stderr: expect.stringMatching(/gt-heartbeat install\n$/) })
  await manager.systemctl('start', 'gt-heartbeat.timer')
  expect(await rearm(clock)).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^a check is due now/) })
  await manager.systemctl('start', 'gt-rearm.service')
  await waitFor('a first check has begun', () => clock.ran().length > 0)
  await clock.settled()
  const { next } = clock.appointment()
  // A tick of the timer may arm it meanwhile.
  await waitFor('a dry run has armed nothing', async () => {
    await manager.systemctl('stop', 'gt-rearm.timer')
    expect(await rearm(clock, '--dry-run')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/gt-rearm arm$/m),
    })
    return (await clock.armedFor()) === undefined
  })
  for (const _ of ['once', 'and again']) {
    const { exitCode, stdout, stderr } = await rearm(clock)
    const time = new Date(next * 1000).toTimeString().slice(0, 8)
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(new RegExp(`^the next check is due at ${time}, in .*\\nsystemd: gt-`))
    expect(await clock.armedFor()).toBe(next)
  }
  expect(clock.ran()).toHaveLength(1)
})

it('the armed time follows the written one when somebody else has moved it', async (ctx) => {
  const clock = await clockworkFor(ctx)
  await clock.manager.systemctl('start', 'gt-heartbeat.timer')
  await clock.manager.systemctl('start', 'gt-heartbeat.service')
  await waitFor('it is armed', () => clock.armedFor())
  clock.age(30)
  await rearm(clock)
  expect(await clock.armedFor()).toBe(clock.appointment().next)
  // The same by the tick, in the last five minutes.
  clock.age(10)
  await clock.manager.systemctl('start', 'gt-rearm.service')
  expect(await clock.armedFor()).toBe(clock.appointment().next)
  expect(await clock.manager.journal('gt-rearm.service')).toBe('')
})
