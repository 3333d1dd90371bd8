import { cpSync, existsSync, readdirSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type InstallStage, installStage } from '../../support/install-stage.js'

/** Nothing of an installation is there, and no command that changes anything was run. */
function expectNothingDone(stage: InstallStage): void {
  expect(existsSync(join(stage.config, 'systemd'))).toBe(false)
  expect(existsSync(join(stage.config, 'gt-heartbeat'))).toBe(false)
  expect(stage.calls().filter((call) => !/ (show(-\w+)?|list-units)\b/.test(call))).toEqual([])
}

const checkout = fileURLToPath(new URL('../../..', import.meta.url))
const isBooted = existsSync('/run/systemd/system')

describe('install refuses, with the reason and nothing done', () => {
  it('under sudo', async (test) => {
    const stage = installStage(test)
    for (const verb of ['install', 'uninstall']) {
      const { exitCode, stderr } = await stage.run([verb], { SUDO_USER: 'nina' })
      expect(exitCode).toBe(64)
      expect(stderr).toMatch(/this is sudo: .*not nina's.*Type it without sudo: gt-heartbeat/)
    }
    expectNothingDone(stage)
  })

  it('where systemctl takes the question and never answers', async (test) => {
    const stage = installStage(test)
    stage.spoil('systemctl', 'trap "" TERM\nsleep 600\n')
    const { exitCode, stderr } = await stage.run(['install'])
    expect(exitCode).toBe(69)
    expect(stderr).toContain('systemctl --user does not answer (10 s): nothing was done')
    expectNothingDone(stage)
  })

  it('for a user without a bus, with what to type', async (test) => {
    const stage = installStage(test)
    stage.spoil('systemctl', 'echo "Failed to connect to bus: No medium found" >&2; exit 1\n')
    const { exitCode, stderr } = await stage.run(['install', '--scheduler', 'systemd'], { XDG_RUNTIME_DIR: undefined })
    expect(exitCode).toBe(69)
    if (isBooted) expect(stderr).toMatch(/Failed to connect to bus.*sudo loginctl enable-linger.*--scheduler cron/)
    else expect(stderr).toContain('this machine was not started by systemd')
    expectNothingDone(stage)
  })

  it('where the manager reads units elsewhere', async (test) => {
    const stage = installStage(test)
    stage.spoil('systemctl', 'case $* in *UnitPath*) echo /home/x/.config/systemd/user; exit 0 ;; esac\n')
    const { exitCode, stderr } = await stage.run(['install'])
    expect(exitCode).toBe(69)
    expect(stderr).toMatch(/does not read units in .*: it has another \$XDG_CONFIG_HOME than this shell/)
    expectNothingDone(stage)
  })

  it('where nothing can be written', async (test) => {
    const stage = installStage(test)
    await writeFile(stage.config, 'in the way of the folder')
    const { exitCode, stderr } = await stage.run(['install'])
    expect(exitCode).toBe(69)
    expect(stderr).toMatch(/nothing can be written in .*\.config\/gt-heartbeat: .*\n {2}nothing was done/)
    expectNothingDone(stage)
  })

  it('without a town, or with a configuration that its checks would refuse', async (test) => {
    const stage = installStage(test)
    stage.write(join(stage.town, 'daemon/heartbeat.config.json'), '{"maxStart": 3, "deadline": "soon"}')
    const wrong = await stage.run(['install'])
    expect(wrong.exitCode).toBe(78)
    expect(wrong.stderr).toMatch(/deadline: .*\n.*maxStart: .*maxStarts meant/)
    const none = await stage.run(['install', '--town', '/nowhere'])
    expect(none).toMatchObject({ exitCode: 78, stderr: expect.stringContaining('no town at /nowhere') })
    expectNothingDone(stage)
  })

  it('a town or a PATH with a line break in it', async (test) => {
    const stage = installStage(test)
    const odd = stage.addTown('two\nlines')
    const town = await stage.run(['install', '--town', odd])
    expect(town.exitCode).toBe(78)
    expect(town.stderr).toMatch(
      /^gt-heartbeat: the town: ".*two\\nlines" has a line break .*which no scheduler can be given\n$/,
    )
    expect((await stage.run(['install'], { TMUX_TMPDIR: '/a\nb' })).stderr).toContain('$TMUX_TMPDIR')
    expectNothingDone(stage)
  })

  it('where its commands have no place that lasts', async (test) => {
    const stage = installStage(test)
    await rm(join(stage.bin, 'gt-rearm'))
    const { exitCode, stderr } = await stage.run(['install'])
    expect(exitCode).toBe(69)
    expect(stderr).toMatch(/gt-heartbeat and gt-rearm have no place that lasts /)
    expect(stderr).toContain(`\n  install the package: npm install --global ${checkout.replace(/\/$/, '')}\n`)
    expectNothingDone(stage)
  })

  it('where npx linked its cache to a clone', async (test) => {
    const stage = installStage(test)
    const modules = join(stage.home, '.npm/_npx/ab12/node_modules')
    stage.link(join(modules, 'gt-heartbeat'), checkout)
    stage.link(join(modules, '.bin/gt-heartbeat'), join(modules, 'gt-heartbeat/dist/gt-heartbeat.cjs'))
    stage.link(join(modules, '.bin/gt-rearm'), join(modules, 'gt-heartbeat/scripts/gt-rearm'))
    for (const name of ['gt-heartbeat', 'gt-rearm']) await rm(join(stage.bin, name))
    const { exitCode, stderr } = await stage.run(['install'], {}, join(modules, '.bin/gt-heartbeat'))
    expect(exitCode).toBe(69)
    expect(stderr).toMatch(/have no place that lasts \(this one runs from the cache of npx\)/)
    expectNothingDone(stage)
  })

  it('where it was run out of the cache of npx', async (test) => {
    const stage = installStage(test)
    const modules = join(stage.home, '.npm/_npx/ab12/node_modules')
    for (const part of ['dist', 'package.json', 'scripts', 'units']) {
      cpSync(join(checkout, part), join(modules, 'gt-heartbeat', part), { recursive: true })
    }
    for (const name of readdirSync(join(checkout, 'node_modules'))) {
      if (!name.startsWith('.')) stage.link(join(modules, name), join(checkout, 'node_modules', name))
    }
    stage.link(join(modules, '.bin/gt-heartbeat'), join(modules, 'gt-heartbeat/dist/gt-heartbeat.cjs'))
    stage.link(join(modules, '.bin/gt-rearm'), join(modules, 'gt-heartbeat/scripts/gt-rearm'))
    await rm(join(stage.bin, 'gt-heartbeat'))
    stage.link(join(stage.bin, 'gt-heartbeat'), join(modules, '.bin/gt-heartbeat'))
    const { exitCode, stderr } = await stage.run(['install'])
    expect(exitCode).toBe(69)
    expect(stderr).toMatch(/have no place that lasts \(this one runs from the cache of npx\)/)
    expect(stderr).toContain('npm install --global FOLDER (the folder or tarball it came from)')
    expectNothingDone(stage)
  })

  it('a masked unit', async (test) => {
    const stage = installStage(test)
    await stage.run(['install'])
    await stage.run(['uninstall'])
    const since = stage.calls().length
    stage.link(join(stage.config, 'systemd/user/gt-rearm.service'), '/dev/null')
    const { exitCode, stderr } = await stage.run(['install'])
    expect(exitCode).toBe(69)
    expect(stderr).toContain('systemctl --user unmask gt-rearm.service\n  nothing was done')
    expect(Object.keys(stage.picture(stage.config))).toEqual([
      'systemd/',
      'systemd/user/',
      'systemd/user/gt-rearm.service',
    ])
    expect(stage.calls(since).filter((call) => !/ (show(-\w+)?|list-units)\b/.test(call))).toEqual([])
  })
})

describe('a command that fails half way', () => {
  it('is said, with what was done before and what to type; uninstall takes the half away', async (test) => {
    const stage = installStage(test)
    stage.spoil('systemctl', 'case "$*" in *restart*) echo "Job failed." >&2; exit 1 ;; esac\n')
    const { exitCode, stderr } = await stage.run(['install'])
    expect(exitCode).toBe(69)
    expect(stderr).toMatch(/restart gt-heartbeat\.timer.*Job failed\.\n {2}done before that:\n {4}write/)
    expect(stderr).toMatch(/ {4}systemctl --user enable gt-heartbeat\.timer\n {2}it is not whole:/)
    stage.spoil('systemctl', undefined)
    expect((await stage.run(['uninstall'])).exitCode).toBe(0)
    expect(existsSync(stage.config)).toBe(false)
  })

  it('is said by uninstall too, which then goes on where it stopped', async (test) => {
    const stage = installStage(test)
    await stage.run(['install'])
    stage.spoil('systemctl', 'case "$*" in *disable*) echo "Access denied" >&2; exit 1 ;; esac\n')
    const { exitCode, stderr } = await stage.run(['uninstall'])
    expect([exitCode, stderr]).toEqual([69, expect.stringMatching(/Access denied\n {2}nothing was done/)])
    stage.spoil('systemctl', undefined)
    expect((await stage.run(['uninstall'])).exitCode).toBe(0)
    expect(existsSync(stage.config)).toBe(false)
  })
})
