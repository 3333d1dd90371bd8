import { spawn } from 'node:child_process'
import { appendFileSync, copyFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hang } from '../../support/stand-ins.js'
import { type Clinic, openClinic } from './clinic.js'

let clinic: Clinic
beforeEach(() => {
  clinic = openClinic()
})
afterEach(() => clinic.end())

describe('the files of a schedule', () => {
  it('that somebody edited or took away are named', async () => {
    const unit = join(clinic.home, '.config/systemd/user/gt-heartbeat.timer')
    appendFileSync(unit, '# mine\n')
    appendFileSync(join(clinic.settings, 'default.env'), '# mine too\n')
    rmSync(join(clinic.home, '.config/systemd/user/gt-rearm.service'))
    const { findings } = await clinic.examine()
    const about = (code: string) => findings.find((one) => one.code === code)?.because
    expect(findings.map(({ code }) => code).toSorted()).toEqual(['file-differs', 'file-missing', 'unit-differs'])
    expect(about('file-missing')).toContain('gt-rearm.service')
    expect(about('unit-differs')).toContain(unit)
    expect(about('file-differs')).toContain('default.env')
  })

  it('of another version, or of an installation that broke off', async () => {
    clinic.manifest((installed) => ({ ...installed, version: '0.0.9', unfinished: {} }))
    expect(await clinic.codes()).toEqual(['install-unfinished', 'other-version'])
  })

  it('whose list cannot be read leave nobody to be asked', async () => {
    writeFileSync(join(clinic.settings, 'installed.json'), '{')
    expect(await clinic.codes()).toContain('manifest-unreadable')
    writeFileSync(join(clinic.settings, 'installed.json'), '{"schema":2}')
    const found = (await clinic.examine()).findings.find(({ code }) => code === 'manifest-unreadable')
    expect(found?.because).toContain('newer')
  })
})

describe('a schedule', () => {
  it('that is nowhere is an error; put there by hand it counts as one', async () => {
    rmSync(join(clinic.settings, 'installed.json'))
    expect(await clinic.codes()).toEqual([])
    clinic.unit('gt-heartbeat.timer', { ActiveState: 'inactive' })
    expect(await clinic.codes()).toEqual(['no-schedule'])
  })

  it('put there by hand for another town is none of this one', async () => {
    rmSync(join(clinic.settings, 'installed.json'))
    writeFileSync(join(clinic.settings, 'default.env'), 'GT_TOWN_ROOT=/somewhere/else\n')
    expect(await clinic.codes()).toEqual(['no-schedule'])
  })

  it.each([
    ['gt-heartbeat.timer', undefined, 'unit-missing', 'gt-heartbeat install'],
    ['gt-rearm.service', { LoadState: 'masked' }, 'unit-masked', 'systemctl --user unmask gt-rearm.service'],
    [
      'gt-rearm.service',
      { LoadState: 'bad-setting', LoadError: 'x "Unit has a bad unit file setting."' },
      'unit-broken',
      'gt-heartbeat install',
    ],
    ['gt-heartbeat.service', { NeedDaemonReload: 'yes' }, 'reload-needed', 'systemctl --user daemon-reload'],
    [
      'gt-heartbeat.service',
      { KillMode: 'mixed', DropInPaths: '/x/override.conf' },
      'kill-mode',
      'systemctl --user edit gt-heartbeat.service',
    ],
    ['gt-lifecycle.service', { RemainAfterExit: 'yes' }, 'remain-after-exit', 'gt-heartbeat install'],
    [
      'gt-lifecycle.path',
      { ActiveState: 'failed', Result: 'unit-start-limit-hit' },
      'path-failed',
      expect.stringContaining('reset-failed'),
    ],
    [
      'gt-lifecycle.path',
      { Paths: '/home/me/gt/daemon/requests (DirectoryNotEmpty)' },
      'path-elsewhere',
      'gt-heartbeat install',
    ],
    ['gt-rearm.timer', undefined, 'chain-broken', 'gt-heartbeat rearm'],
    [
      'gastown-daemon.service',
      { UnitFileState: 'enabled' },
      'resident-daemon-enabled',
      'systemctl --user disable --now gastown-daemon.service',
    ],
  ] as const)('of which %s is %o has %s', async (unit, change, code, mend) => {
    clinic.unit(unit, change)
    const { findings } = await clinic.examine()
    expect(findings).toMatchObject([{ code, mend }])
  })

  it('whose timer has no next time, is stopped, or only lives until the next boot', async () => {
    clinic.unit('gt-heartbeat.timer', { NextElapseUSecRealtime: '' })
    expect(await clinic.codes()).toEqual(['timer-dead'])
    clinic.unit('gt-heartbeat.timer', { ActiveState: 'inactive', UnitFileState: 'disabled' })
    expect(await clinic.codes()).toEqual(['timer-disabled', 'timer-inactive'])
  })

  it('has nothing armed and needs nothing while a check runs, or when one is due anyway', async () => {
    clinic.unit('gt-rearm.timer', undefined)
    clinic.unit('gt-heartbeat.service', { ActiveState: 'activating' })
    expect(await clinic.codes()).toEqual([])
    clinic.unit('gt-heartbeat.service', { ActiveState: 'inactive' })
    const at = Math.floor(Date.now() / 1000)
    clinic.town.write('daemon/heartbeat/next', `${at - 300} ${at - 1} ${at - 1}\n`)
    expect(await clinic.codes()).toEqual([])
  })

  it('whose manager refuses, or does not answer, is not taken for a missing one', async () => {
    clinic.manager({ refusal: 'Failed to connect to bus: No medium found' })
    const refused = await clinic.examine()
    expect(refused.findings.filter(({ severity }) => severity === 'error')).toMatchObject([
      { code: 'manager-unreachable', because: expect.stringContaining('No medium found') },
    ])
    expect(refused.schedules).toMatchObject([{ active: null }])
    clinic.program('systemctl', hang)
    const since = Date.now()
    expect((await clinic.codes()).filter((code) => code === 'manager-unreachable')).toHaveLength(1)
    expect(Date.now() - since).toBeLessThan(30_000)
  })
})

describe('two schedules', () => {
  it('of one town are told, and how the one that nobody installed is ended', async () => {
    const script = join(clinic.settings, 'default.sh')
    writeFileSync(script, `export GT_TOWN_ROOT='${clinic.town.root}'\n`)
    clinic.program('crontab', `echo "* * * * * /bin/sh '${script}'"`)
    // A process of this name is what tells that somebody reads crontabs.
    const cron = join(clinic.town.stage, 'cron')
    copyFileSync('/bin/sleep', cron)
    const daemon = spawn(cron, ['600'])
    const { findings, schedules } = await clinic.examine()
    daemon.kill('SIGKILL')
    expect(findings).toMatchObject([{ code: 'two-schedulers', severity: 'warning', mend: 'crontab -e' }])
    expect(schedules.map(({ scheduler }) => scheduler)).toEqual(['systemd', 'cron'])
  })

  it('of one town and one manager under two names are told too', async () => {
    writeFileSync(join(clinic.settings, 'beta.env'), `GT_TOWN_ROOT="${clinic.town.root}"\n`)
    const timer = { LoadState: 'loaded', ActiveState: 'active', UnitFileState: 'enabled' }
    clinic.unit('gt-heartbeat@beta.timer', { ...timer, NextElapseUSecRealtime: 'Sun 2099-11-22 18:05:00 UTC' })
    const found = (await clinic.examine()).findings.find(({ code }) => code === 'two-schedulers')
    expect(found?.mend).toBe('systemctl --user disable --now gt-heartbeat@beta.timer')
  })
})

describe("a schedule of cron's", () => {
  it('is judged by what its script exports and runs', async () => {
    const exports = {
      GT_TOWN_ROOT: clinic.town.root,
      PATH: clinic.town.env['PATH'],
      TMUX_TMPDIR: clinic.town.env['TMUX_TMPDIR'],
    }
    const lines = Object.entries(exports).map(([name, value]) => `export ${name}='${value}'\n`)
    const runs = ['heartbeat', 'rearm'].map((name) => `${name}='${clinic.town.programs.bin}/gt-${name}'\n`)
    const script = join(clinic.settings, 'default.sh')
    writeFileSync(script, [...lines, ...runs].join(''))
    clinic.program('crontab', `echo "* * * * * /bin/sh '${script}'"`)
    clinic.manifest((installed) => ({ ...installed, scheduler: 'cron', files: {} }))
    clinic.manager({ refusal: 'no manager is asked for this one' })
    const ofCron = /^cron-|^file-differs$/
    expect((await clinic.codes()).filter((code) => !ofCron.test(code))).toEqual([])
    writeFileSync(script, [...lines, "heartbeat='/gone/gt-heartbeat'\nrearm='/gone/gt-rearm'\n"].join(''))
    expect(await clinic.codes()).toEqual(expect.arrayContaining(['gt-heartbeat-missing', 'gt-rearm-missing']))
  })
})
