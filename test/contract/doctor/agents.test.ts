import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { only } from '../../support/stand-ins.js'
import { type Clinic, openClinic } from './clinic.js'

let clinic: Clinic
beforeEach(() => {
  clinic = openClinic()
})
afterEach(() => clinic.end())

/** The shell that agents are started through, whoever runs the tests; `profile`: what it reads. */
function shellWith(profile: string): void {
  writeFileSync(join(clinic.home, '.profile'), profile)
  clinic.town.configure({ launchShell: '/bin/sh' })
}

const server = (...environment: readonly string[]): void => {
  clinic.town.tmux.start({ name: 'gt-mayor', folder: clinic.town.stage, command: ['sleep', '600'] })
  for (const line of environment) {
    const [name = '', value = ''] = line.split('=')
    clinic.town.tmux.tmux('set-environment', '-g', name, value)
  }
}

describe('a key or a login', () => {
  beforeEach(() => {
    rmSync(join(clinic.home, '.claude'), { recursive: true })
    shellWith('')
  })

  it('must be where the agent will look: in none of these places there is one', async () => {
    expect((await clinic.examine()).findings).toMatchObject([
      { code: 'api-key-missing', severity: 'warning', mend: 'claude /login' },
    ])
  })

  it('that only this terminal has helps no agent', async () => {
    const env = { ...clinic.env, CLAUDE_CODE_OAUTH_TOKEN: 'x' }
    const [found] = (await clinic.examine({ env })).findings
    expect(found?.because).toMatch(/^\$CLAUDE_CODE_OAUTH_TOKEN is set in this terminal and not where claude/)
  })

  it('may come from the profile, from the tmux server, or from a login', async () => {
    shellWith('export ANTHROPIC_API_KEY=x\n')
    expect(await clinic.codes()).toEqual([])
    shellWith('')
    server('ANTHROPIC_API_KEY=x')
    expect(await clinic.codes()).toEqual([])
    clinic.town.tmux.tmux('set-environment', '-gu', 'ANTHROPIC_API_KEY')
    expect(await clinic.codes()).toEqual(['api-key-missing'])
    shellWith(`export CLAUDE_CONFIG_DIR='${clinic.town.stage}/moved'\n`)
    mkdirSync(join(clinic.town.stage, 'moved'))
    writeFileSync(join(clinic.town.stage, 'moved/.credentials.json'), '{}')
    expect(await clinic.codes()).toEqual([])
  })

  it('is not asked for where nothing is known of the agent', async () => {
    clinic.program('somebody', 'exit 0')
    const line = 'somebody --go'
    const launch = { deacon: line, mayor: line, witness: line, refinery: line, crew: line, polecat: line }
    clinic.town.configure({ launchShell: '/bin/sh', launch })
    expect(await clinic.codes()).toEqual([])
  })
})

describe('an ssh agent', () => {
  const rig = (url: string): void =>
    clinic.town.write('mayor/rigs.json', JSON.stringify({ rigs: { gastown: { git_url: url } } }))

  it('is only wanted where a rig is reached through ssh', async () => {
    shellWith('')
    for (const url of ['https://example.invalid/x.git', '/srv/x.git', 'file:///srv/x', 'C:/x']) {
      rig(url)
      expect(await clinic.codes()).toEqual([])
    }
    for (const url of ['git@example.invalid:me/x.git', 'ssh://git@example.invalid/x']) {
      rig(url)
      expect(await clinic.codes()).toEqual(['ssh-agent-missing'])
    }
  })

  it('that this terminal has can be handed to the tmux server; one that is gone is none', async () => {
    rig('git@example.invalid:me/x.git')
    shellWith('export SSH_AUTH_SOCK=/nowhere/agent\n')
    const socket = join(clinic.town.stage, 'agent')
    const listening = createServer().listen(socket)
    const env = { ...clinic.env, SSH_AUTH_SOCK: socket }
    const [found] = (await clinic.examine({ env })).findings
    expect(found).toMatchObject({
      mend: `tmux -S ${clinic.town.tmux.socket} set-environment -g SSH_AUTH_SOCK ${socket}`,
    })
    expect(found?.because).toContain('/nowhere/agent, which is gone')
    shellWith(`export SSH_AUTH_SOCK='${socket}'\n`)
    expect(await clinic.codes()).toEqual([])
    listening.close()
  })
})

describe('the login shell', () => {
  it.each([
    ['ends', 'exit 3\n'],
    ['becomes another shell', 'exec sleep 0\n'],
  ])('whose profile %s is told, with what goes without one', async (_, profile) => {
    shellWith(profile)
    expect((await clinic.examine()).findings).toMatchObject([
      { code: 'login-shell', because: expect.stringContaining('"launchShell": false') },
    ])
    clinic.town.configure({ launchShell: false })
    expect(await clinic.codes()).toEqual([])
  })

  it('sees that it is inside tmux, and may print what it likes', async () => {
    shellWith('echo Welcome; printf "no line end"; [ -n "$TMUX" ] || exit 3\n')
    expect(await clinic.codes()).toEqual([])
  })
})

const setpriv = '/usr/bin/setpriv'

describe('the tmux server', () => {
  it('that was started without the right to new privileges is named', async (ctx) => {
    if (!existsSync(setpriv)) ctx.skip('needs setpriv: apt-get install util-linux')
    const words = ['--no-new-privs', 'tmux', '-S', clinic.town.tmux.socket, 'new-session', '-d', 'sleep 600']
    mkdirSync(join(clinic.town.tmux.socket, '..'), { recursive: true, mode: 0o700 })
    expect(spawnSync(setpriv, words, { env: clinic.env }).status).toBe(0)
    const [found] = (await clinic.examine()).findings
    expect(found).toMatchObject({ code: 'tmux-no-privileges', mend: expect.stringContaining('kill-server') })
  })

  it('that knows no UTF-8 is an error: no answer of it can be read', async () => {
    server()
    clinic.town.programs.spoil('tmux', only('*display-message*', 'work "$@" | tr "\\t" "_"\nexit 0\n'))
    expect((await clinic.examine()).findings).toMatchObject([{ code: 'tmux-locale', severity: 'error' }])
  })
})
