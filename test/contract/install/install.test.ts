import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type InstallStage, installStage } from '../../support/install-stage.js'
import { readObject } from '../../support/town-folder.js'

const UNITS = [
  'gt-heartbeat-failed.service',
  'gt-heartbeat.service',
  'gt-heartbeat.timer',
  'gt-lifecycle.path',
  'gt-lifecycle.service',
  'gt-rearm.service',
]

describe('install', () => {
  it('puts the shipped units in place, has the timer enabled and running, and a first check started', async (test) => {
    const stage = installStage(test)
    const { exitCode, stdout, stderr } = await stage.run(['install'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toContain(`scheduled: ${stage.town}, by systemd\n`)
    expect(stdout).toContain('next: gt-heartbeat.timer')
    const folder = join(stage.config, 'systemd/user')
    expect(readdirSync(folder).sort()).toEqual([...UNITS, 'timers.target.wants'])
    for (const unit of UNITS) {
      expect(stage.read(join(folder, unit))).toBe(stage.shipped(unit))
    }
    const changes = stage.calls().filter((call) => !/ (show(-\w+)?|is-active|list-units)\b/.test(call))
    expect(changes).toEqual([
      'systemctl --user daemon-reload',
      'systemctl --user enable gt-heartbeat.timer',
      'systemctl --user restart gt-heartbeat.timer',
      'systemctl --user start --no-block gt-heartbeat.service',
    ])
  })

  it('done twice is the same as done once', async (test) => {
    const stage = installStage(test)
    await stage.run(['install'])
    const [before, calls] = [stage.picture(stage.config), stage.calls().length]
    expect((await stage.run(['install'])).stdout).toContain('it was so already, nothing was done')
    expect(stage.picture(stage.config)).toEqual(before)
    expect(stage.calls(calls).filter((call) => !/ (show(-\w+)?|list-units)\b/.test(call))).toEqual([])
  })

  it('starts a timer again that somebody stopped, and enables one that somebody disabled', async (test) => {
    const stage = installStage(test)
    await stage.run(['install'])
    rmSync(join(stage.home, '.stand-in/systemd/active/gt-heartbeat.timer'))
    rmSync(join(stage.config, 'systemd/user/timers.target.wants'), { recursive: true })
    expect((await stage.run(['install'])).stdout).toMatch(/enable gt-heartbeat\.timer\n.*restart gt-heartbeat\.timer/)
  })

  it('starts a path unit again that gave up', async (test) => {
    const stage = installStage(test)
    await stage.run(['install'])
    const since = stage.calls().length
    rmSync(join(stage.home, '.stand-in/systemd/active/gt-lifecycle.path'))
    await stage.run(['install'])
    expect(stage.calls(since).filter((call) => !/ (show(-\w+)?|list-units)\b/.test(call))).toEqual([
      'systemctl --user restart gt-lifecycle.path',
    ])
  })

  it('says with --dry-run every file with its text and every command, and changes nothing', async (test) => {
    const stage = installStage(test)
    const before = stage.picture(stage.home)
    const { stdout, exitCode } = await stage.run(['install', '--dry-run'])
    expect(exitCode).toBe(0)
    for (const unit of UNITS) {
      const text = stage.shipped(unit).replace(/\n$/, '').replaceAll('\n', '\n    ').replaceAll(/^ +$/gm, '')
      expect(stdout).toContain(`write ${join(stage.config, 'systemd/user', unit)} (0644):\n    ${text}`)
    }
    expect(stdout).toContain(`GT_TOWN_ROOT="${stage.town}"`)
    expect(stdout).toContain('\nsystemctl --user enable gt-heartbeat.timer\n')
    const after = Object.entries(stage.picture(stage.home)).filter(
      ([path]) => !/^\.stand-in\/(calls|systemd)/.test(path),
    )
    expect(Object.fromEntries(after)).toEqual(before)
  })

  it('says the same as one document with --json', async (test) => {
    const stage = installStage(test)
    const { stdout } = await stage.run(['install', '--json'])
    const document: unknown = JSON.parse(stdout)
    expect(document).toMatchObject({
      schema: 1,
      slug: 'default',
      town: stage.town,
      scheduler: 'systemd',
      dryRun: false,
      notes: [],
      next: { at: '2032-02-01T10:05:00.000Z' },
    })
    expect(document).toHaveProperty('files.0.change', 'new')
  })

  it('replaces what an older version put there, and takes away what the new one has no more', async (test) => {
    const stage = installStage(test)
    await stage.run(['install'])
    const timer = join(stage.config, 'systemd/user/gt-heartbeat.timer')
    const old = join(stage.config, 'systemd/user/gt-heartbeat-old.service')
    stage.asInstalledBefore({ [timer]: '[Timer]\nOnCalendar=hourly\n', [old]: '[Service]\n' })
    const since = stage.calls().length
    const { stdout } = await stage.run(['install'])
    expect(stdout).not.toContain('kept')
    expect(stage.read(timer)).toBe(stage.shipped('gt-heartbeat.timer'))
    expect(existsSync(old)).toBe(false)
    expect(stage.calls(since)).toContain('systemctl --user restart gt-heartbeat.timer')
  })

  it('keeps beside what somebody edited, and a link or a folder that stands in the place of a unit', async (test) => {
    const stage = installStage(test)
    const folder = join(stage.config, 'systemd/user')
    stage.write(join(folder, 'gt-heartbeat.timer'), '# mine\n')
    stage.write(join(stage.home, 'dotfiles/unit'), '# a link leads here\n')
    symlinkSync(join(stage.home, 'dotfiles/unit'), join(folder, 'gt-heartbeat.service'))
    mkdirSync(join(folder, 'gt-lifecycle.path'))
    const { stdout, exitCode } = await stage.run(['install'])
    expect(exitCode).toBe(0)
    expect(stdout.match(/^kept: /gm)).toHaveLength(3)
    const kept = readdirSync(folder).filter((name) => /\.kept-\d{14}$/.test(name))
    expect(kept.map((name) => name.replace(/\.kept-.*/, ''))).toEqual([
      'gt-heartbeat.service',
      'gt-heartbeat.timer',
      'gt-lifecycle.path',
    ])
    expect(stage.read(join(stage.home, 'dotfiles/unit'))).toBe('# a link leads here\n')
  })

  it('takes over units that were copied by hand as they are', async (test) => {
    const stage = installStage(test)
    for (const unit of UNITS) stage.write(join(stage.config, 'systemd/user', unit), stage.shipped(unit))
    stage.write(join(stage.config, 'gt-heartbeat/default.env'), `GT_TOWN_ROOT="${stage.town}"\n`)
    const { stdout } = await stage.run(['install'])
    expect(stdout.match(/^kept: .*/gm)).toEqual([expect.stringContaining('default.env was not as it was installed')])
    await stage.run(['uninstall'])
    expect(existsSync(join(stage.config, 'systemd/user/gt-heartbeat.timer'))).toBe(false)
  })

  it('goes on where an installation broke off, without taking its files for somebody else’s', async (test) => {
    const stage = installStage(test)
    stage.spoil('systemctl', 'case "$*" in *enable*) echo "Failed to connect to bus" >&2; exit 1 ;; esac\n')
    const broken = await stage.run(['install'])
    expect(broken.exitCode).toBe(69)
    expect(broken.stderr).toMatch(/enable.*Failed to connect to bus\n {2}done before that:\n {4}write .*\n/)
    expect(broken.stderr).toContain('type gt-heartbeat install again')
    stage.spoil('systemctl', undefined)
    const { stdout, exitCode } = await stage.run(['install'], { PATH: `${stage.env['PATH']}:/sbin` })
    expect(exitCode).toBe(0)
    expect(stdout).not.toContain('kept:')
    expect(readObject(join(stage.config, 'gt-heartbeat/installed.json'))).not.toHaveProperty(
      'schedules.default.unfinished',
    )
  })

  it('knows its own files again after one that broke off before it had written them', async (test) => {
    const stage = installStage(test)
    await stage.run(['install'])
    rmSync(join(stage.config, 'systemd'), { recursive: true })
    stage.link(join(stage.config, 'systemd'), join(stage.home, 'a-disk-that-is-not-there'))
    expect(await stage.run(['install'], { TMUX_TMPDIR: '/var/tmp' })).toMatchObject({
      exitCode: 69,
      stderr: expect.stringMatching(/gt-heartbeat\.timer cannot be written: .*\n {2}nothing was done/),
    })
    rmSync(join(stage.config, 'systemd'))
    const { stdout, exitCode } = await stage.run(['install'], { TMUX_TMPDIR: '/run' })
    expect(exitCode).toBe(0)
    expect(stdout).not.toContain('kept:')
  })

  it('goes on where an installation was killed', async (test) => {
    const stage = installStage(test)
    stage.spoil('systemctl', 'case "$*" in *restart*) kill -KILL "$PPID" ;; esac\n')
    expect((await stage.run(['install'])).exitCode).toBe(null)
    expect(Object.keys(stage.picture(join(stage.config, 'gt-heartbeat')))).toContain('.lock')
    stage.spoil('systemctl', undefined)
    const { stdout, exitCode } = await stage.run(['install'], { TMUX_TMPDIR: '/var/tmp' })
    expect(exitCode).toBe(0)
    expect(stdout).not.toContain('kept:')
    await stage.run(['uninstall'])
    expect(existsSync(stage.config)).toBe(false)
  })

  it('sets a manifest aside that is broken, and says so; one of a newer version it leaves to that', async (test) => {
    const stage = installStage(test)
    await stage.run(['install'])
    const path = join(stage.config, 'gt-heartbeat/installed.json')
    stage.write(path, '{"schema": 7}')
    expect(await stage.run(['install'])).toMatchObject({
      exitCode: 69,
      stderr: `gt-heartbeat: ${path} was written by a newer gt-heartbeat\n  nothing was done\n`,
    })
    stage.write(path, '{"schema"')
    const { stderr, exitCode } = await stage.run(['install'])
    expect(exitCode).toBe(0)
    expect(stderr).toMatch(/installed\.json is no JSON.*moved to .*installed\.json\.corrupt-/)
  })

  it('leaves one of two installations at the same time alone', async (test) => {
    const stage = installStage(test)
    const go = join(stage.home, 'go')
    stage.spoil('systemctl', `case "$*" in *enable*) until [ -e '${go}' ]; do sleep 0.02; done ;; esac\n`)
    const pair = [stage.run(['install']), stage.run(['install'])]
    await Promise.race(pair)
    stage.write(go, '')
    const both = await Promise.all(pair)
    expect(both.map(({ exitCode }) => exitCode).sort()).toEqual([0, 75])
    expect(readdirSync(join(stage.config, 'gt-heartbeat')).sort()).toEqual(['default.env', 'installed.json'])
  })
})

describe('a further town', () => {
  it('gets a name made of its folder’s, with a number where that is taken, and keeps it', async (test) => {
    const stage = installStage(test)
    await stage.run(['install'])
    const [one, two] = [stage.addTown('a/Riga Süd'), stage.addTown('b/riga-sud')]
    expect((await stage.run(['install', '--town', one])).stdout).toContain(`${one} as riga-sud, by systemd`)
    expect((await stage.run(['install', '--town', two])).stdout).toContain(`${two} as riga-sud-2, by systemd`)
    expect((await stage.run(['install', '--town', one])).stdout).toContain('as riga-sud, by systemd\nit was so already')
    expect(stage.read(join(stage.config, 'gt-heartbeat/riga-sud-2.env'))).toContain(`GT_TOWN_ROOT="${two}"`)
    expect(stage.read(join(stage.config, 'systemd/user/gt-lifecycle@riga-sud.path.d/town.conf'))).toContain(
      `DirectoryNotEmpty=\nDirectoryNotEmpty=${one}/daemon/requests\n`,
    )
    expect(stage.calls()).toContain('systemctl --user enable gt-heartbeat@riga-sud-2.timer')
  })

  it('does not take the place of one that was scheduled by hand', async (test) => {
    const stage = installStage(test)
    stage.write(join(stage.config, 'gt-heartbeat/default.env'), 'GT_TOWN_ROOT=/somewhere/else\n')
    expect((await stage.run(['install'])).stdout).toContain(`${stage.town} as gt, by systemd`)
    expect(stage.read(join(stage.config, 'gt-heartbeat/default.env'))).toBe('GT_TOWN_ROOT=/somewhere/else\n')
  })

  it('on the same tmux server is warned about, one on its own is not', async (test) => {
    const stage = installStage(test)
    await stage.run(['install'])
    const riga = stage.addTown('riga')
    const same = await stage.run(['install', '--town', riga])
    expect(same.stderr).toMatch(
      /\/gt is on the same tmux server \(.*\), where a deacon of either town is taken for the other's/,
    )
    const apart = await stage.run(['install', '--town', riga], { TMUX_TMPDIR: stage.home })
    expect(apart).toMatchObject({ exitCode: 0, stderr: '' })
  })

  it('of today is on a tmux server of its own, unless GT_TMUX_SOCKET names one for both', async (test) => {
    const stage = installStage(test)
    const towns = [stage.town, stage.addTown('riga')]
    for (const town of towns) {
      stage.write(join(town, '.beads/metadata.json'), '{"backend":"dolt","dolt_mode":"server","dolt_database":"hq"}')
      expect(await stage.run(['install', '--town', town])).toMatchObject({ exitCode: 0, stderr: '' })
    }
    for (const town of towns) {
      const { stderr } = await stage.run(['install', '--town', town], { GT_TMUX_SOCKET: 'both' })
      expect(stderr.includes('is on the same tmux server (')).toBe(town !== stage.town)
    }
  })

  it('that was moved away leaves a schedule behind, which is said', async (test) => {
    const stage = installStage(test)
    await stage.run(['install'])
    const moved = stage.addTown('gt two')
    rmSync(stage.town, { recursive: true })
    const { stdout, stderr } = await stage.run(['install', '--town', moved])
    expect(stdout).toContain(`${moved} as gt-two, by systemd`)
    expect(stderr).toBe(
      `gt-heartbeat: there is a schedule for ${stage.town}, where no town is any more: gt-heartbeat uninstall --town ${stage.town}\n`,
    )
  })
})

describe('another scheduler', () => {
  const crontab = (stage: InstallStage) => stage.read(join(stage.home, '.stand-in/crontab')) ?? ''

  it('takes the place of the one before, which goes whole', async (test) => {
    const stage = installStage(test)
    const before = stage.picture(stage.home)
    await stage.run(['install'])
    const switched = await stage.run(['install', '--scheduler', 'cron'])
    expect(switched).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`${stage.town}, by cron`) })
    expect(switched.stdout).toContain('  systemctl --user disable --now gt-heartbeat.timer\n')
    expect(existsSync(join(stage.config, 'systemd'))).toBe(false)
    expect(crontab(stage)).toContain('/gt-heartbeat/default.sh')
    expect((await stage.run(['install'])).stdout).toContain('by cron\nit was so already, nothing was done')
    expect((await stage.run(['install', '--scheduler', 'systemd'])).exitCode).toBe(0)
    expect(crontab(stage)).not.toContain('gt-heartbeat')
    await stage.run(['uninstall'])
    const left = Object.entries(stage.picture(stage.home)).filter(([path]) => !path.startsWith('.stand-in/'))
    expect(Object.fromEntries(left)).toEqual(
      Object.fromEntries(Object.entries(before).filter(([path]) => !path.startsWith('.stand-in/'))),
    )
  })

  it('that cannot be had leaves the one before as it is', async (test) => {
    const stage = installStage(test)
    await stage.run(['install'])
    const before = stage.picture(stage.config)
    const { exitCode, stderr } = await stage.run(['install', '--scheduler', 'launchd'])
    expect([exitCode, stderr]).toEqual([69, expect.stringContaining('launchd: only macOS has it')])
    expect(stage.picture(stage.config)).toEqual(before)
  })
})

describe('uninstall', () => {
  it('leaves everything as it was', async (test) => {
    const stage = installStage(test)
    stage.write(join(stage.config, 'systemd/user/other.service'), '# somebody else’s\n')
    const before = stage.picture(stage.config)
    await stage.run(['install'])
    await stage.run(['install', '--town', stage.addTown('riga')])
    await stage.run(['install', '--town', stage.addTown('reval')])
    const town = stage.picture(stage.town)
    expect((await stage.run(['uninstall', '--town', join(stage.home, 'reval')])).exitCode).toBe(0)
    expect(existsSync(join(stage.config, 'systemd/user/gt-heartbeat@.timer'))).toBe(true)
    expect(await stage.run(['uninstall', '--town', join(stage.home, 'riga')])).toMatchObject({
      exitCode: 0,
      stderr: '',
    })
    expect(await stage.run(['uninstall'])).toMatchObject({ exitCode: 0, stderr: '' })
    expect(stage.picture(stage.config)).toEqual(before)
    expect(stage.picture(stage.town)).toEqual(town)
    expect(stage.calls()).toContain('systemctl --user disable --now gt-heartbeat.timer')
  })

  it('done twice is the same as done once', async (test) => {
    const stage = installStage(test)
    await stage.run(['install'])
    await stage.run(['uninstall'])
    expect(await stage.run(['uninstall'])).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: `nothing is installed for ${stage.town}: nothing was done; there is no schedule\n`,
    })
  })

  it('finds the only schedule when its town is gone, and does not touch that of another town', async (test) => {
    const stage = installStage(test)
    const riga = stage.addTown('riga')
    await stage.run(['install', '--town', riga])
    expect((await stage.run(['uninstall'])).stdout).toMatch(
      /nothing is installed for .*\/gt: .*there is one for .*\/riga/,
    )
    rmSync(riga, { recursive: true })
    rmSync(stage.town, { recursive: true })
    expect((await stage.run(['uninstall'])).stdout).toContain(`taken away: the schedule of ${riga}, by systemd`)
    expect(existsSync(stage.config)).toBe(false)
  })

  it('says with --dry-run what it would do, and does nothing', async (test) => {
    const stage = installStage(test)
    await stage.run(['install'])
    const before = stage.picture(stage.config)
    const { stdout } = await stage.run(['uninstall', '--dry-run'])
    expect(stdout).toMatch(/^would be taken away: .*\nsystemctl --user disable --now gt-heartbeat\.timer\n/)
    expect(stdout).toContain(`rm ${join(stage.config, 'gt-heartbeat/default.env')}`)
    expect(stage.picture(stage.config)).toEqual(before)
  })

  it('keeps what somebody edited, beside', async (test) => {
    const stage = installStage(test)
    await stage.run(['install'])
    stage.write(join(stage.config, 'gt-heartbeat/default.env'), 'GT_HEARTBEAT_OPTS=-v\n')
    expect((await stage.run(['uninstall'])).stdout).toMatch(
      /kept: .*default\.env was not as it was installed; it is now/,
    )
    const [kept = '', ...more] = readdirSync(join(stage.config, 'gt-heartbeat'))
    expect([stage.read(join(stage.config, 'gt-heartbeat', kept)), more]).toEqual(['GT_HEARTBEAT_OPTS=-v\n', []])
  })

  it('takes the files away where no manager runs any more', async (test) => {
    const stage = installStage(test)
    await stage.run(['install'])
    stage.spoil('systemctl', 'echo "Failed to connect to bus: No medium found" >&2; exit 1\n')
    const { exitCode, stderr } = await stage.run(['uninstall'])
    expect(exitCode).toBe(0)
    expect(stderr).toContain('Only the files were taken away')
    expect(existsSync(join(stage.config, 'systemd'))).toBe(false)
  })
})
