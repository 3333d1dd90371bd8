// Not tested: ksh and busybox ash (tried by hand, they behave like dash), the shells of macOS.
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { start } from '../../../src/actions/start.js'
import { loginShell } from '../../../src/ports/login-shell.js'
import { type FakeTown, raiseTown } from '../../support/fake-town.js'
import { located } from '../../support/stand-ins.js'
import { defaultSettings } from '../../support/town-builder.js'
import { put } from '../../support/town-folder.js'
import { waitFor } from '../../support/wait-for.js'
import { panePid, performingIn, recordOnDisk, startOf, startOfAgent } from './stage.js'

let fake: FakeTown
beforeEach(() => {
  fake = raiseTown()
  fake.addRig('gastown')
})
afterEach(() => fake.end())

const path = process.env['PATH'] ?? ''
const posix = 'export FROM_PROFILE=yes GT_ROLE=somebody-else BD_ACTOR=somebody-else\n'
const shells = [
  { shell: 'bash', file: '.bash_profile', profile: posix },
  { shell: 'zsh', file: '.zprofile', profile: posix },
  { shell: 'dash', file: '.profile', profile: posix },
  {
    shell: 'fish',
    file: '.config/fish/config.fish',
    profile: 'set -gx FROM_PROFILE yes\nset -gx GT_ROLE somebody-else\nset -gx BD_ACTOR somebody-else\n',
  },
]

/** A program that is no script: it writes down what it is and stays. */
const code = `const {writeFileSync: w, renameSync: r} = require('fs'); const [to] = process.argv.slice(1);
w(to + '.new', JSON.stringify({env: process.env, pid: process.pid, cwd: process.cwd(), words: process.argv.slice(2)}))
r(to + '.new', to); setInterval(() => {}, 1e6)`

interface Agent {
  readonly env: Readonly<Record<string, string>>
  readonly pid: number
  readonly cwd: string
  readonly words: readonly string[]
}

describe.each(shells)('an agent started through $shell', ({ shell, file, profile }) => {
  it("from an empty environment has what the profile exports and its own identity, as the pane's own process", async (ctx) => {
    const program = located(shell, path)
    if (!program) return ctx.skip(`needs ${shell}: apt-get install ${shell}`)
    const home = fake.env['HOME'] ?? ''
    const bin = join(fake.stage, 'found by the profile only')
    mkdirSync(bin)
    symlinkSync(process.execPath, join(bin, 'the-agent'))
    put(join(home, file), `${profile}${shell === 'fish' ? `set -gx PATH '${bin}' $PATH` : `PATH='${bin}:'$PATH`}\n`)
    const written = join(fake.stage, 'agent.json')
    const line = ['the-agent', '-e', code, written, 'two words', '', '$(id)']
    const performing = performingIn(fake, {
      settings: { launchShell: program, launch: { ...defaultSettings.launch, witness: line } },
      tmuxEnv: { HOME: home, PATH: '/usr/bin:/bin' },
    })

    const outcome = await start(performing, startOfAgent('gastown/witness'))

    expect(outcome).toMatchObject({ outcome: 'done', detail: { session: 'gt-gastown-witness' } })
    await waitFor('the agent has begun', () => existsSync(written))
    const agent: Agent = JSON.parse(readFileSync(written, 'utf8'))
    expect(agent).toMatchObject({
      env: { FROM_PROFILE: 'yes', GT_ROLE: 'witness', GT_RIG: 'gastown', BD_ACTOR: 'gastown/witness' },
      pid: panePid(fake, 'gastown/witness'),
      cwd: fake.folder('gastown/witness'),
      words: ['two words', '', '$(id)'],
    })
    const pane = `=${fake.session('gastown/witness')}:`
    expect(fake.tmux.tmux('list-panes', '-t', pane, '-F', '#{pane_current_command}').trim()).toBe('the-agent')
  })
})

describe('a profile', () => {
  const bash = located('bash', path)

  it('that runs another shell in its own place swallows a start; the next one goes by /bin/sh', async (ctx) => {
    if (!bash) return ctx.skip('needs bash: apt-get install bash')
    put(join(fake.env['HOME'] ?? '', '.bash_profile'), 'exec /bin/sh\n')
    const performing = performingIn(fake, { settings: { launchShell: bash } })

    const first = await start(performing, startOfAgent('deacon'))
    expect(first.outcome).toBe('failed')
    expect(first.error).toMatch(
      /bash never became .*claude: its profile \(~\/\.bash_profile.*\) runs \/bin\/sh in its place/,
    )
    expect(fake.isUp('deacon')).toBe(false)
    expect(recordOnDisk(performing, 'deacon')).toMatchObject({ plainShell: true, starts: [{ outcome: 'failed' }] })

    const second = await start(performing, startOfAgent('deacon'))
    expect(second).toMatchObject({ outcome: 'done' })
    expect((await startOf(fake, 'deacon')).env).toMatchObject({ GT_ROLE: 'deacon' })
  })

  it('that swallows a start only later is found out when its session is a zombie', async (ctx) => {
    if (!bash) return ctx.skip('needs bash: apt-get install bash')
    put(join(fake.env['HOME'] ?? '', '.bash_profile'), 'sleep 0.6; exec /bin/sh\n')
    const performing = performingIn(fake, { settings: { launchShell: bash, zombieGrace: 0 } })
    expect((await start(performing, startOfAgent('deacon'))).outcome).toBe('done')
    const [began] = recordOnDisk(performing, 'deacon').starts
    const pane = `=${fake.session('deacon')}:`
    await waitFor('its shell has become another', () =>
      fake.tmux.tmux('list-panes', '-t', pane, '-F', '#{pane_current_command}').startsWith('sh'),
    )

    const again = await start(performing, startOfAgent('deacon', { zombie: began?.identity }))
    expect(again).toMatchObject({ outcome: 'done', error: expect.stringContaining('.bash_profile') })
    expect(recordOnDisk(performing, 'deacon').plainShell).toBe(true)
    await startOf(fake, 'deacon')
  })

  it('that waits for somebody for ever is found out in the same way', async (ctx) => {
    if (!bash) return ctx.skip('needs bash: apt-get install bash')
    put(join(fake.env['HOME'] ?? '', '.bash_profile'), 'case $- in *i*) read -r answer ;; esac\n')
    const performing = performingIn(fake, { settings: { launchShell: bash } })
    expect((await start(performing, startOfAgent('deacon'))).outcome).toBe('done')
    const began = recordOnDisk(performing, 'deacon').starts[0]
    const later = Date.now() + 11 * 60_000
    vi.useFakeTimers({ now: later, toFake: ['Date'] })
    const late = performingIn(fake, { settings: { launchShell: bash } })
    const again = await start(late, startOfAgent('deacon', { zombie: began?.identity }))
    vi.useRealTimers()
    expect(again).toMatchObject({ outcome: 'done', error: expect.stringMatching(/\.bash_profile.*never ends/) })
    await startOf(fake, 'deacon')
  })

  it('that ends the shell is a failed start with the exit code and what it said', async (ctx) => {
    if (!bash) return ctx.skip('needs bash: apt-get install bash')
    put(join(fake.env['HOME'] ?? '', '.bash_profile'), 'echo no more; sleep 0.05; exit 3\n')
    const performing = performingIn(fake, { settings: { launchShell: bash } })
    const outcome = await start(performing, startOfAgent('deacon'))
    expect(outcome.outcome).toBe('failed')
    expect(outcome.error).toMatch(/ended at once with exit code 3; its last lines: .*no more/)
    expect(fake.isUp('deacon')).toBe(false)
  })
})

describe('the login shell', () => {
  it("is the account's unless the configuration names another", async (ctx) => {
    if (!['/bin/bash', '/bin/sh', '/bin/dash'].includes(loginShell(process.env)))
      return ctx.skip('needs an account with bash or sh')
    const performing = performingIn(fake, { settings: { launchShell: 'login' } })
    put(join(fake.env['HOME'] ?? '', '.profile'), 'export FROM_PROFILE=yes\n')
    expect((await start(performing, startOfAgent('deacon'))).outcome).toBe('done')
    expect((await startOf(fake, 'deacon')).env).toMatchObject({ FROM_PROFILE: 'yes' })
  })

  it('is left out where the configuration says so, and the identity holds all the same', async () => {
    put(join(fake.env['HOME'] ?? '', '.profile'), 'export FROM_PROFILE=yes\n')
    const performing = performingIn(fake, { settings: { launchShell: false } })
    expect((await start(performing, startOfAgent('deacon'))).outcome).toBe('done')
    const { env } = await startOf(fake, 'deacon')
    expect(env).toMatchObject({ GT_ROLE: 'deacon', BD_ACTOR: 'deacon' })
    expect(env).not.toHaveProperty('FROM_PROFILE')
    expect(panePid(fake, 'deacon')).toBeGreaterThan(1)
  })
})
