import { execFileSync } from 'node:child_process'
import { copyFileSync, linkSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type InstallStage, installStage } from '../../support/install-stage.js'

/** The variables of the generated file. */
function written(stage: InstallStage, slug = 'default'): Readonly<Record<string, string>> {
  const text = stage.read(join(stage.config, `gt-heartbeat/${slug}.env`)) ?? ''
  const lines = text.split('\n').map((line) => /^(\w+)="(.*)"$/.exec(line))
  return Object.fromEntries(lines.filter((line) => line !== null).map(([, name = '', value = '']) => [name, value]))
}

describe('what a check needs of the shell that installs', () => {
  it('is written down: the town, PATH, locale, where tmux and where a Dolt server is; nothing else, and nothing secret', async (test) => {
    const stage = installStage(test)
    await stage.run(['install'], {
      TMUX_TMPDIR: '/var/tmp/me',
      GT_TMUX_SOCKET: 'gt-1',
      GT_DOLT_PORT: '4711',
      BEADS_DOLT_SERVER_HOST: 'far.invalid',
      GT_DOLT_PASSWORD: 'secret',
      GT_HEARTBEAT_OPTS: '--quiet',
      ANTHROPIC_API_KEY: 'sk-secret',
      SSH_AUTH_SOCK: '/tmp/agent',
      GT_ROLE: 'mayor',
    })
    expect(written(stage)).toEqual({
      GT_TOWN_ROOT: stage.town,
      PATH: stage.env['PATH'],
      LC_ALL: 'de_DE.UTF-8',
      TMUX_TMPDIR: '/var/tmp/me',
      GT_TMUX_SOCKET: 'gt-1',
      GT_DOLT_PORT: '4711',
      BEADS_DOLT_SERVER_HOST: 'far.invalid',
      GT_HEARTBEAT_OPTS: '--quiet',
    })
    expect(stage.picture(stage.config)['gt-heartbeat/default.env']).toMatch(/^600 /)
  })

  it('is taken from the shell that installed last', async (test) => {
    const stage = installStage(test)
    await stage.run(['install'], { TMUX_TMPDIR: '/var/tmp/me' })
    const { stdout } = await stage.run(['install'])
    expect(stdout).not.toContain('kept:')
    expect(written(stage)).not.toHaveProperty('TMUX_TMPDIR')
  })

  it('has a UTF-8 locale, the user’s own where that is one', async (test) => {
    const stage = installStage(test)
    const locales = [
      ['en_US.utf8', { LC_ALL: 'en_US.utf8', LANG: 'C' }],
      ['de_DE.UTF-8', { LC_CTYPE: 'de_DE.UTF-8', LANG: 'C' }],
      ['C.UTF-8', { LANG: 'C' }],
      ['C.UTF-8', { LANG: undefined }],
    ] as const
    for (const [locale, env] of locales) {
      await stage.run(['install'], env)
      expect(written(stage)['LC_ALL']).toBe(locale)
    }
  })

  it('has the configuration that was named, by its whole path', async (test) => {
    const stage = installStage(test)
    stage.write(join(stage.home, 'my town.json'), '{}')
    await stage.run(['install', '--config', 'my town.json'], { GT_HEARTBEAT_OPTS: '-v' })
    expect(written(stage)['GT_HEARTBEAT_OPTS']).toBe(`-v --config '${stage.home}/my town.json'`)
  })

  it('reads in a shell as it was, whatever is in it', async (test) => {
    const stage = installStage(test)
    const odd = '/tmp/a b"c\'d$HOME`id`\\e%h'
    await stage.run(['install'], { TMUX_TMPDIR: odd })
    const read = '. "$1" && printf %s "$TMUX_TMPDIR"'
    const file = join(stage.config, 'gt-heartbeat/default.env')
    expect(execFileSync('/bin/sh', ['-c', read, 'sh', file], { encoding: 'utf8' })).toBe(odd)
  })

  it('has no folder on PATH that ends with the shell or with npm’s run, and each of the others once', async (test) => {
    const stage = installStage(test)
    const passing = ['/run/user/0/fnm_multishells/7_1/bin', '/x/node_modules/.bin', '.']
    await stage.run(['install'], { PATH: [...passing, stage.env['PATH'], '/usr/bin/'].join(':') })
    expect(written(stage)['PATH']?.split(':').toSorted()).toEqual(stage.env['PATH']?.split(':').toSorted())
  })

  it('finds this gt-heartbeat first, where another one stands before it', async (test) => {
    const stage = installStage(test)
    const other = join(stage.home, 'other')
    stage.link(join(other, 'gt-heartbeat'), '/bin/true')
    await stage.run(['install'], { PATH: `${other}:${stage.env['PATH']}` })
    expect(written(stage)['PATH']?.split(':').slice(0, 2)).toEqual([stage.bin, other])
  })

  it('lacks something that checks call: said', async (test) => {
    const stage = installStage(test)
    rmSync(join(stage.bin, 'bd'))
    expect((await stage.run(['install'])).stderr).toContain('no bd on the PATH that checks will have')
  })
})

/** A version of node as a version manager keeps it, with our commands among its global ones. */
function addNode(stage: InstallStage, folder: string): string {
  const bin = join(stage.home, folder)
  mkdirSync(bin, { recursive: true })
  try {
    linkSync(process.execPath, join(bin, 'node'))
  } catch {
    copyFileSync(process.execPath, join(bin, 'node'))
  }
  for (const name of ['gt-heartbeat', 'gt-rearm']) stage.link(join(bin, name), join(stage.bin, name))
  return bin
}

describe('a node of a version manager', () => {
  it('is warned about where there is no path that outlives the version', async (test) => {
    const stage = installStage(test)
    const bin = addNode(stage, '.nvm/versions/node/v20.1.0/bin')
    const { stderr } = await stage.run(['install'], { PATH: `${bin}:${stage.env['PATH']}` })
    expect(stderr).toContain(`node is ${bin}/node, one of the versions of nvm: when it goes, checks end`)
    expect(written(stage)['PATH']?.split(':')[0]).toBe(bin)
  })

  it('is called by the path that outlives the shell and the version, where there is one', async (test) => {
    const stage = installStage(test)
    const bin = addNode(stage, '.local/share/fnm/node-versions/v20.1.0/installation/bin')
    const lasting = join(stage.home, '.local/share/fnm/aliases/default')
    stage.link(lasting, dirname(bin))
    const shell = join(stage.home, 'state/fnm_multishells/77_1')
    stage.link(shell, dirname(bin))
    const { stderr } = await stage.run(['install'], { PATH: `${shell}/bin:${stage.env['PATH']}` })
    expect(stderr).toBe('')
    expect(written(stage)['PATH']?.split(':')[0]).toBe(join(lasting, 'bin'))
    expect(written(stage)['PATH']).not.toContain('multishells')
  })

  it('is not called by a path that leads to one too old', async (test) => {
    const stage = installStage(test)
    const bin = addNode(stage, '.nvm/versions/node/v20.1.0/bin')
    stage.write(join(stage.home, '.nvm/current/bin/node'), '#!/bin/sh\necho v18.20.0\n')
    execFileSync('chmod', ['755', join(stage.home, '.nvm/current/bin/node')])
    const { stderr } = await stage.run(['install'], { PATH: `${bin}:${stage.env['PATH']}` })
    expect(stderr).toContain('one of the versions of nvm')
    expect(written(stage)['PATH']).not.toContain('.nvm/current')
  })
})

describe('lingering', () => {
  const linger = (stage: InstallStage) => stage.read(join(stage.home, '.stand-in/linger'))

  it('that is on is left alone', async (test) => {
    const stage = installStage(test)
    await stage.run(['install'])
    expect(stage.calls().filter((call) => call.includes('enable-linger'))).toEqual([])
  })

  it('that is off is switched on where the user may do that', async (test) => {
    const stage = installStage(test)
    stage.write(join(stage.home, '.stand-in/linger'), 'no\n')
    const { stdout, stderr } = await stage.run(['install'])
    expect(stdout).toContain('  loginctl --no-ask-password enable-linger ')
    expect([stderr, linger(stage)]).toEqual(['', 'yes\n'])
  })

  it('that is off and stays off is not claimed: the one command is said', async (test) => {
    const stage = installStage(test)
    stage.write(join(stage.home, '.stand-in/linger'), 'no\n')
    stage.write(join(stage.home, '.stand-in/linger-denied'), '')
    const { exitCode, stderr } = await stage.run(['install'])
    expect(exitCode).toBe(0)
    expect(stderr).toMatch(/^gt-heartbeat: checks end when you log out, .*: sudo loginctl enable-linger \w+\n$/)
  })

  it('that nobody can tell of is not guessed', async (test) => {
    const stage = installStage(test)
    stage.spoil('loginctl', 'echo "Failed to connect to bus" >&2; exit 1\n')
    expect((await stage.run(['install'])).stderr).toMatch(/could not be found out|checks end when you log out/)
  })
})
