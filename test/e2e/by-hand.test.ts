import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { byHand, userStage } from '../support/user-stage.js'
import { waitFor } from '../support/wait-for.js'

it('what the README has people type brings checks of ~/gt, and a file in daemon/requests brings one of the requests', async (ctx) => {
  const { manager, root, type } = await userStage(ctx)
  const { placing, starting } = byHand()
  expect(await type(placing)).toMatchObject({ exitCode: 0, stderr: '' })
  // There is no logind in here.
  expect(await type(starting.replace(/^loginctl .*$/m, ''))).toMatchObject({ exitCode: 0 })
  expect((await manager.systemctl('is-active', 'gt-heartbeat.timer', 'gt-lifecycle.path')).trim()).toBe(
    'active\nactive',
  )
  await type('mkdir -p ~/gt/daemon/requests && touch ~/gt/daemon/requests/now')
  await waitFor('the request is taken', () => !existsSync(join(root, 'daemon/requests/now')))
  await manager.systemctl('start', 'gt-rearm.service')
  await waitFor('a check has said when the next is due', () => existsSync(join(root, 'daemon/heartbeat/next')))
  await waitFor('the next is armed', async () => (await manager.systemctl('list-timers')).includes('gt-rearm.timer'))
})
