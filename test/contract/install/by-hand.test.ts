import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type InstallStage, installStage } from '../../support/install-stage.js'

const checkout = fileURLToPath(new URL('../../..', import.meta.url))

/** The shipped units, put in place and enabled as the README has it. */
function copyUnits(
  stage: InstallStage,
  { folder = join(stage.config, 'systemd/user'), timer = 'gt-heartbeat.timer' } = {},
) {
  mkdirSync(folder, { recursive: true })
  for (const unit of readdirSync(join(checkout, 'units')).filter((name) => name.startsWith('gt-')))
    stage.write(join(folder, unit), readFileSync(join(checkout, 'units', unit), 'utf8'))
  type(stage, 'systemctl --user daemon-reload', `systemctl --user enable ${timer}`, `systemctl --user start ${timer}`)
}

/** Types lines in a shell of the user's. */
function type(stage: InstallStage, ...lines: readonly string[]): void {
  const { status, stderr } = spawnSync('/bin/sh', ['-e', '-c', lines.join('\n')], { env: stage.env, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
}

/** The commands that `uninstall` says remove a schedule. */
const removal = (stdout: string): readonly string[] =>
  [...stdout.matchAll(/^ {4}(\S.*)$/gm)].map(([, line = '']) => line)

const writeCrontab = (stage: InstallStage, ...lines: readonly string[]): void =>
  stage.write(stage.env['CRONTAB_FILE'] ?? '', `${lines.join('\n')}\n`)

describe('units that were copied by hand', () => {
  it('are named by uninstall, with commands that remove all of them', async (test) => {
    const stage = installStage(test)
    stage.write(join(stage.config, 'gt-heartbeat/default.env'), `GT_TOWN_ROOT="${stage.town}"\n`)
    copyUnits(stage)
    for (const words of [['uninstall'], ['uninstall', '--dry-run'], ['uninstall', '--scheduler', 'systemd']]) {
      const { exitCode, stdout, stderr } = await stage.run(words)
      expect([exitCode, stderr]).toEqual([1, ''])
      expect(stdout).toMatch(
        /^nothing is installed (by systemd )?for .*\/gt: nothing was done\nsystemd \(default\) has a schedule/,
      )
      expect(stdout).toContain('gt-heartbeat.timer, looks again at')
      expect(removal(stdout)[0]).toBe('systemctl --user disable --now gt-heartbeat.timer')
    }
    type(stage, ...removal((await stage.run(['uninstall'])).stdout))
    expect(await stage.run(['uninstall'])).toMatchObject({
      exitCode: 0,
      stdout: `nothing is installed for ${stage.town}: nothing was done; there is no schedule\n`,
    })
    const left = Object.keys(stage.picture(join(stage.config, 'systemd/user'))).filter((name) => !name.includes('@'))
    expect([left, stage.read(join(stage.config, 'gt-heartbeat/default.env'))]).toEqual([[], undefined])
  })

  it('are named although the timer is only enabled, and not although it is neither', async (test) => {
    const stage = installStage(test)
    copyUnits(stage)
    type(stage, 'systemctl --user stop gt-heartbeat.timer')
    expect((await stage.run(['uninstall'])).stdout).toContain('gt-heartbeat.timer is inactive')
    type(stage, 'systemctl --user disable gt-heartbeat.timer')
    expect((await stage.run(['uninstall'])).stdout).toContain('there is no schedule')
  })

  it('of another instance are told by town, and keep their name from install', async (test) => {
    const stage = installStage(test)
    const work = stage.addTown('work')
    stage.write(join(stage.config, 'gt-heartbeat/work.env'), `GT_TOWN_ROOT="${work}"\n`)
    copyUnits(stage, { timer: 'gt-heartbeat@work.timer' })
    const { exitCode, stdout } = await stage.run(['uninstall'])
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining(`there is one for ${work} (systemd, by hand)`)])
    expect((await stage.run(['uninstall', '--town', work])).stdout).toContain(
      'systemctl --user disable --now gt-heartbeat@work.timer',
    )
    expect((await stage.run(['status', '--town', work])).stdout).toMatch(/checks are started by systemd \(work\)/)
  })

  it('of ~/gt, without an environment file, keep their name when another town is installed', async (test) => {
    const stage = installStage(test)
    copyUnits(stage)
    const work = stage.addTown('work')
    expect((await stage.run(['install', '--town', work])).stdout).toContain(`scheduled: ${work} as work, by systemd`)
    expect(existsSync(join(stage.config, 'gt-heartbeat/default.env'))).toBe(false)
    expect((await stage.run(['uninstall'])).stdout).toContain('systemd (default) has a schedule')
  })

  it('are taken over by install, and go with uninstall then', async (test) => {
    const stage = installStage(test)
    copyUnits(stage)
    expect(await stage.run(['install'])).toMatchObject({ exitCode: 0, stderr: '' })
    const { exitCode, stdout } = await stage.run(['uninstall'])
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('taken away: the schedule of')])
  })

  it('are named beside a schedule of cron that was installed', async (test) => {
    const stage = installStage(test)
    copyUnits(stage)
    const installed = await stage.run(['install', '--scheduler', 'cron'])
    expect(installed.stderr).toMatch(
      /systemd \(default\) has a schedule for this town too.*systemctl --user disable --now/,
    )
    const { exitCode, stdout } = await stage.run(['uninstall'])
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/^taken away: the schedule of .*, by cron\n[\s\S]*systemd \(default\) has a schedule for it/)
  })
})

describe('a line of the crontab that was typed by hand', () => {
  const line = (town: string) => `*/5 * * * * gt-heartbeat --once --if-due --quiet --town ${town}`

  it.each([
    ['as the README has it', (town: string) => ['PATH=/usr/bin:/bin', line(town)], 'line 2'],
    [
      'for a town that its variable names',
      (town: string) => [`GT_TOWN_ROOT=${town}`, '@hourly gt-heartbeat --once'],
      'line 2',
    ],
    ['after a change of folder', (town: string) => ['', `* * * * * cd ${town} && gt-heartbeat --once`], 'line 2'],
    ['for ~/gt, by its path', () => ['*/5 * * * * "$HOME/bin/gt-heartbeat" --once'], 'line 1'],
    ['by node', (town: string) => [`* * * * * node /x/gt-heartbeat.cjs --town=${town} --once`], 'line 1'],
    [
      'through the helper',
      (town: string) => [`* * * * * GT_TOWN_ROOT='${town}' gt-rearm run gt-heartbeat --once`],
      'line 1',
    ],
  ])('is named by uninstall, status, doctor and install: %s', async (_, lines, slug) => {
    const stage = installStage({ onTestFinished })
    writeCrontab(stage, ...lines(stage.town))
    const { exitCode, stdout } = await stage.run(['uninstall'])
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(new RegExp(`^cron \\(${slug}\\) has a schedule for it .*: crontab ${slug}: `, 'm'))
    expect(removal(stdout)).toEqual(['crontab -e', expect.stringContaining(`# delete ${slug}: `)])
    expect((await stage.run(['status'])).stdout).toMatch(new RegExp(`^checks are started by cron \\(${slug}\\)`, 'm'))
    expect((await stage.run(['doctor'])).stdout).not.toMatch(/no-schedule|crontab-line/)
    const installed = await stage.run(['install'])
    expect(installed.stderr).toContain(`cron (${slug}) has a schedule for this town too`)
    expect((await stage.run(['doctor'])).stdout).toMatch(/two-schedulers: .*\n +crontab -e$/m)
  })

  it.each([
    ['is a comment', (town: string) => `# ${line(town)}`],
    ['is for another town', () => line('/somewhere/else')],
    ['only asks for the status', (town: string) => `0 9 * * * gt-heartbeat status --town ${town}`],
    ['sets a variable', (town: string) => `NOTE=gt-heartbeat --once --town ${town}`],
  ])('is no schedule of this town where it %s', async (_, lineFor) => {
    const stage = installStage({ onTestFinished })
    writeCrontab(stage, lineFor(stage.town))
    const { exitCode, stdout } = await stage.run(['uninstall'])
    expect([exitCode, stdout]).toEqual([
      0,
      expect.stringMatching(/^nothing is installed for .*: nothing was done; there is/),
    ])
    expect((await stage.run(['doctor'])).stdout).toContain('no-schedule')
  })

  it('lends doctor the PATH that the crontab sets', async (test) => {
    const stage = installStage(test)
    writeCrontab(stage, 'PATH=/nowhere', line(stage.town))
    expect((await stage.run(['doctor'])).stdout).toMatch(/gt-missing: .*PATH of a check: \/nowhere/)
  })
})

it('a scheduler that does not say what it has is named, and nothing is claimed of it', async (test) => {
  const stage = installStage(test)
  const { exitCode, stdout } = await stage.run(['uninstall'], { CRONTAB_WAY: 'denied' })
  expect([exitCode, stdout]).toEqual([
    0,
    expect.stringMatching(/; no schedule was found; whether cron starts checks is unknown: .*not allowed/),
  ])
})
