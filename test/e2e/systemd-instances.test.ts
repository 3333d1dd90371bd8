import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type Clockwork, clockworkFor } from '../support/clockwork.js'
import { put } from '../support/town-folder.js'
import { waitFor } from '../support/wait-for.js'

/** A further town at ~/work with an environment file of its own, beside the one at ~/gt. */
function furtherTown({ manager, root }: Clockwork): string {
  const town = join(manager.home, 'work')
  const settings = join(manager.home, '.config/gt-heartbeat')
  cpSync(root, town, { recursive: true })
  put(
    join(settings, 'work.env'),
    readFileSync(join(settings, 'default.env'), 'utf8')
      .replace(root, town)
      .replace(/TMUX_TMPDIR="(.*)"/, 'TMUX_TMPDIR="$1/work"'),
  )
  mkdirSync(join(manager.env['TMUX_TMPDIR'] ?? '', 'work'))
  return town
}

const nextOf = (town: string): string => {
  const path = join(town, 'daemon/heartbeat/next')
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

it('further towns have the same schedule under names of their own, and one knows nothing of the other', async (ctx) => {
  const clock = await clockworkFor(ctx)
  const { manager, root } = clock
  const town = furtherTown(clock)
  await manager.systemctl('enable', '--now', 'gt-heartbeat@work.timer')
  await manager.systemctl('start', 'gt-rearm@work.service')
  await waitFor('the next check is armed', async () => (await clock.active()).includes('gt-rearm@work.timer'))
  await clock.settled()
  await expect.poll(clock.active).toEqual(['gt-heartbeat@work.timer', 'gt-lifecycle@work.path', 'gt-rearm@work.timer'])
  expect([nextOf(root), nextOf(town)]).toEqual(['', expect.stringMatching(/^\d+ \d+ \d+\n$/)])
  mkdirSync(join(town, 'daemon/requests'), { recursive: true })
  put(join(town, 'daemon/requests/now'), '')
  await waitFor('the request is taken', () => !existsSync(join(town, 'daemon/requests/now')))
  expect(clock.ran().at(-1)?.words).toBe('--lifecycle')
  await manager.systemctl('start', 'gt-heartbeat.timer', 'gt-rearm.service')
  await waitFor('the other one is armed', () => clock.armedFor())
  await clock.settled()
  await manager.systemctl('disable', '--now', 'gt-heartbeat@work.timer')
  await expect.poll(clock.active).toEqual(['gt-heartbeat.timer', 'gt-lifecycle.path', 'gt-rearm.timer'])
})

it('a further town without its environment file is not taken for ~/gt: the unit fails, and says so', async (ctx) => {
  const clock = await clockworkFor(ctx)
  const { exitCode } = await clock.manager.run(['systemctl', '--user', 'start', 'gt-rearm@work.service'])
  expect(exitCode).toBe(1)
  expect(clock.ran()).toEqual([])
  expect(nextOf(clock.root)).toBe('')
  await waitFor('the journal tells', async () => /Failed.*work|environment file/.test(await clock.manager.journal()))
})
