import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { statusSchema } from '../../../src/remember/status-schema.js'
import { hang } from '../../support/stand-ins.js'
import { openClinic } from './clinic.js'

const openedClinic = () => {
  const clinic = openClinic()
  onTestFinished(() => clinic.end())
  return clinic
}

it('the status of a town says who starts its next check, and when', async () => {
  const { town, env } = openedClinic()
  await town.run(['--once'], { env })
  const document = statusSchema.parse(JSON.parse((await town.run(['status', '--json'], { env })).stdout))
  expect(document.startedBy).toEqual([
    {
      scheduler: 'systemd',
      slug: 'default',
      active: true,
      next: '2099-11-22T18:05:00.000Z',
      says: expect.stringMatching(/^gt-(heartbeat|rearm)\.timer, /),
    },
  ])
  expect((await town.run(['status'], { env })).stdout).toMatch(/^checks are started by systemd \(default\): gt-/m)
})

it('a manager that does not answer does not keep the status from coming', async () => {
  const { town, env, program } = openedClinic()
  await town.run(['--once'], { env })
  program('systemctl', hang)
  const since = Date.now()
  const { stdout, exitCode } = await town.run(['status', '--json'], { env })
  expect(Date.now() - since).toBeLessThan(15_000)
  expect(exitCode).toBe(0)
  expect(statusSchema.parse(JSON.parse(stdout)).startedBy).toMatchObject([{ scheduler: 'systemd', active: null }])
})

it('a manager that does not answer may start checks: the status claims nothing where no installation is known', async () => {
  const { town, env, program, settings } = openedClinic()
  rmSync(join(settings, 'installed.json'))
  await town.run(['--once'], { env })
  program('systemctl', hang)
  const { stdout } = await town.run(['status'], { env })
  expect(stdout).toMatch(/^whether systemd starts checks is unknown: systemctl --user does not answer/m)
  expect(stdout).not.toContain('no scheduler starts checks')
})
