import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { byHand, type UserStage, userStage } from '../support/user-stage.js'
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

const README = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8')

/** What the README has people type to remove the units. */
const removing = /To remove them:\n\n```sh\n([^`]*)```/.exec(README)?.[1] ?? ''

/** Units and timers of ours that the manager still has, and what `uninstall` says then. */
async function leftIn({ manager, type }: UserStage): Promise<readonly [units: string, said: string]> {
  const units = await manager.systemctl('list-units', '--all', '--plain', '--no-legend', 'gt-*.timer', 'gt-*.path')
  return [units.trim(), (await type('gt-heartbeat uninstall --town ~/gt')).stdout]
}

const none = ['', expect.stringContaining('there is no schedule')]

/** The commands that it says remove a schedule. */
const commandsIn = (said: string): string => [...said.matchAll(/^ {4}(\S.*\n)/gm)].map(([, line]) => line).join('')

it('what uninstall says of them, and what the README says, removes units that were copied by hand', async (ctx) => {
  const stage = await userStage(ctx)
  const { placing, starting } = byHand()
  const start = placing + starting.replace(/^loginctl .*$/m, '')
  for (const how of ['uninstall', 'README'] as const) {
    expect(await stage.type(start)).toMatchObject({ exitCode: 0 })
    await stage.manager.systemctl('start', 'gt-rearm.service')
    await waitFor('the next is armed', async () =>
      (await stage.manager.systemctl('list-timers')).includes('gt-rearm.timer'),
    )
    const { exitCode, stdout } = await stage.type('gt-heartbeat uninstall --town ~/gt')
    expect([how, exitCode]).toEqual([how, 1])
    expect(stdout).toMatch(
      /^nothing is installed for .*\/gt: nothing was done\nsystemd \(default\) has a schedule for it/,
    )
    const removed = await stage.type(how === 'README' ? removing : commandsIn(stdout))
    expect([removed.exitCode, removed.stderr]).toEqual([0, expect.stringMatching(/^(Removed .*\n)*$/)])
    expect(await leftIn(stage)).toEqual(none)
    expect(existsSync(join(stage.manager.home, '.config/systemd/user/gt-heartbeat.timer'))).toBe(false)
  }
})

it.for([
  ['~/.local/share/systemd/user', 'systemctl --user enable --now gt-heartbeat.timer'],
  ['/etc/systemd/user', 'systemctl --global enable gt-heartbeat.timer; systemctl --user start gt-heartbeat.timer'],
])('units in %s are found and removed as well', async ([folder, enable], ctx) => {
  const stage = await userStage(ctx)
  await stage.type(`mkdir -p ${folder} && cp units/gt-*.* ${folder}/ && systemctl --user daemon-reload && ${enable}`)
  const { exitCode, stdout } = await stage.type('gt-heartbeat uninstall --town ~/gt')
  expect([exitCode, stdout]).toEqual([1, expect.stringContaining('systemd (default) has a schedule for it')])
  // Root types these lines here, and there is no sudo.
  expect(await stage.type(commandsIn(stdout).replaceAll('sudo ', ''))).toMatchObject({ exitCode: 0 })
  expect(await leftIn(stage)).toEqual(none)
})

it('an instance whose drop-in names its town, without a file of its name, is found', async (ctx) => {
  const stage = await userStage(ctx)
  const { manager, type } = stage
  await type('mkdir -p ~/.config/systemd/user/gt-heartbeat@.service.d && cp units/gt-*@.* ~/.config/systemd/user/')
  await type(
    `printf '[Service]\\nEnvironmentFile=\\nEnvironment=GT_TOWN_ROOT=%s\\n' ~/gt >~/.config/systemd/user/gt-heartbeat@.service.d/town.conf`,
  )
  await manager.systemctl('daemon-reload')
  await manager.systemctl('enable', '--now', 'gt-heartbeat@mine.timer')
  const { exitCode, stdout } = await type('gt-heartbeat uninstall --town ~/gt')
  expect([exitCode, stdout]).toEqual([1, expect.stringContaining('systemd (mine) has a schedule for it')])
  expect(await type(commandsIn(stdout))).toMatchObject({ exitCode: 0 })
  expect(await leftIn(stage)).toEqual(none)
})
