import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { digest } from '../../support/digest.js'
import { only } from '../../support/stand-ins.js'
import { tmuxStage } from '../../support/tmux-stage.js'
import { type Clinic, openClinic } from './clinic.js'

let clinic: Clinic
beforeEach(() => {
  clinic = openClinic({ kind: 'current' })
  clinic.town.addRig('demo')
})
afterEach(() => clinic.end())

const says = (program: string, version: string): void =>
  clinic.town.programs.spoil(program, only('--version', `echo "${program} version ${version}"\nexit 0\n`))

describe('a current town that is well', () => {
  it('has no finding, and is left as it was to the byte', async () => {
    await clinic.town.wake('deacon', 'demo/witness')
    const before = [clinic.town.root, clinic.home].map((folder) => digest(folder))
    const { findings, exitCode, town } = await clinic.examine()
    expect([findings, exitCode, town]).toEqual([[], 0, { root: clinic.town.root, dialect: 'current' }])
    expect([clinic.town.root, clinic.home].map((folder) => digest(folder))).toEqual(before)
  })

  it('is told apart without asking anybody once a check has done so', async () => {
    await clinic.town.run(['--once'], { env: clinic.env })
    const { calls } = await clinic.town.bare(['doctor', '--json'], { env: clinic.env })
    expect(calls.filter(({ program, args }) => program !== 'tmux' && args.includes('--version'))).toEqual([])
  })
})

describe('what kind of town it is', () => {
  it.each([
    ['gt', '0.1.0'],
    ['gt', '0.6.0'],
    ['bd', '0.41.0'],
  ])('is in doubt where %s is of version %s: both findings are told, and nothing is remembered', async (...program) => {
    says(...program)
    const [found, ...more] = (await clinic.examine()).findings
    expect([found?.code, found?.severity, more]).toEqual(['kind-in-doubt', 'error', []])
    expect(found?.because).toContain('.beads belongs to a Dolt server')
    expect(found?.because).toContain(`${program[0]} is version ${program[1]}`)
    expect(clinic.town.read('daemon/heartbeat/town.json')).toBeUndefined()
  })

  it('is in doubt where gt and bd do not fit each other, whatever the town is', async () => {
    rmSync(join(clinic.town.root, '.beads/metadata.json'))
    says('bd', '0.41.0')
    const found = (await clinic.examine()).findings.find(({ code }) => code === 'kind-in-doubt')
    expect(found?.because).toMatch(/gt is version 1\.\d+\.\d+; bd is version 0\.41\.0/)
  })

  it('that somebody forced is told where all else says otherwise', async () => {
    clinic.town.configure({ dialect: 'current' })
    expect(await clinic.codes()).toEqual([])
    clinic.town.configure({ dialect: 'classic' })
    const found = (await clinic.examine()).findings.find(({ code }) => code === 'kind-forced')
    expect(found).toMatchObject({ severity: 'warning', because: expect.stringContaining('belongs to a Dolt server') })
    clinic.town.configure({})
    clinic.checksHave({ GT_HEARTBEAT_OPTS: '--quiet --dialect classic' })
    expect(await clinic.codes()).toContain('kind-forced')
  })

  it('and how it is configured is as the options of a check say', async () => {
    const file = join(clinic.town.stage, 'my town.json')
    writeFileSync(file, '{"deadline":"soon"}')
    clinic.checksHave({ GT_HEARTBEAT_OPTS: `--config='${file}'` })
    expect((await clinic.examine()).findings).toMatchObject([
      { code: 'config-wrong', because: expect.stringContaining(file) },
    ])
  })
})

describe("the town's issues", () => {
  it('whose server is down keep everybody from being started', async () => {
    clinic.town.write('.dolt-data/stopped', '')
    const { findings } = await clinic.examine()
    expect(findings).toEqual([
      {
        code: 'issues-silent',
        severity: 'error',
        because: expect.stringMatching(/^the Dolt server on port 3307 is not heard: .*Dolt server unreachable at/),
        mend: `cd ${clinic.town.root} && gt dolt start`,
      },
    ])
  })

  it('are asked for where a check asks: by the port of its own environment where no file says one', async () => {
    rmSync(join(clinic.town.root, '.dolt-data/config.yaml'))
    clinic.town.write('.dolt-data/stopped', '')
    clinic.checksHave({ GT_DOLT_PORT: '4711' })
    expect((await clinic.examine()).findings).toMatchObject([
      { code: 'issues-silent', because: expect.stringMatching(/^the Dolt server on port 4711 .*:4711\b/) },
    ])
  })

  it('that give no rows are silent too', async () => {
    clinic.town.programs.spoil('bd', only('*list*', 'exit 0\n'))
    expect(await clinic.codes()).toEqual(['issues-silent'])
  })

  it('may be looked for elsewhere by bd in a terminal: every file that says another port is named', async () => {
    const metadata = { backend: 'dolt', dolt_mode: 'server', dolt_database: 'demo', dolt_server_port: 3308 }
    clinic.town.write('demo/.beads/metadata.json', JSON.stringify(metadata))
    clinic.town.write('.beads/dolt-server.port', '3309')
    const { findings } = await clinic.examine()
    expect(findings.map(({ code, because, mend }) => [code, because, mend])).toEqual([
      ['server-elsewhere', expect.stringMatching(/port 3309 .*\/\.beads\/dolt-server\.port, .* 3307$/), null],
      [
        'server-elsewhere',
        expect.stringMatching(/port 3308 .*\/demo\/\.beads\/metadata\.json, .* 3307$/),
        `cd ${clinic.town.root} && gt dolt fix-metadata`,
      ],
    ])
  })
})

describe('the prefixes of rigs', () => {
  it('that disagree, or belong to two, are told', async () => {
    clinic.town.write('demo/config.json', JSON.stringify({ beads: { prefix: 'dm' } }))
    clinic.town.addRig('derby')
    const { findings } = await clinic.examine()
    expect(findings.map(({ code }) => code)).toEqual(['prefix', 'prefix'])
    expect(findings[0]?.because).toMatch(/prefix of demo is not the same everywhere: .*demo\/config\.json says dm/)
    expect(findings[1]?.because).toMatch(/demo and derby have one prefix, de/)
  })
})

describe('its sessions', () => {
  const usual = (): ReturnType<typeof tmuxStage> => {
    const socket = join(dirname(clinic.town.tmux.socket), 'default')
    mkdirSync(dirname(socket), { recursive: true, mode: 0o700 })
    return tmuxStage({ program: 'tmux', socket, env: clinic.env })
  }
  const session = (name: string) => ({ name, folder: clinic.town.root, command: ['sleep', '600'] })

  it("may stand on two sockets, the town's own and the user's: those that no check sees are ended by what is said", async () => {
    await clinic.town.wake('deacon')
    const other = usual()
    // People have sessions there too.
    other.start(session('gt-mayor'), session('hq-mayor'), session('work'))
    const { findings } = await clinic.examine()
    other.stop()
    expect(findings).toMatchObject([{ code: 'two-sockets', severity: 'error' }])
    expect(findings[0]?.because).toContain(`hq-deacon on ${clinic.town.tmux.socket}, where checks look, and `)
    expect(findings[0]?.because).toContain(`gt-mayor, hq-mayor on the tmux socket ${other.socket}`)
    const end = `tmux -S ${other.socket} kill-session -t`
    expect(findings[0]?.mend).toBe(`${end} =gt-mayor; ${end} =hq-mayor`)
  })

  it('may all stand where no check looks', async () => {
    const other = usual()
    other.start(session('gt-deacon'))
    const { findings } = await clinic.examine()
    other.stop()
    expect(findings.find(({ code }) => code === 'sessions-elsewhere')?.because).toContain('GT_TMUX_SOCKET')
  })

  it('are looked for where GT_TMUX_SOCKET says, which a check may have and this terminal not', async () => {
    clinic.checksHave({ GT_TMUX_SOCKET: 'mine' })
    const [found] = (await clinic.examine()).findings
    expect(found).toMatchObject({ code: 'other-tmux', mend: 'gt-heartbeat install' })
    expect(found?.because).toContain('/mine (GT_TMUX_SOCKET mine)')
    expect(await clinic.codes({ env: { ...clinic.env, GT_TMUX_SOCKET: 'mine' } })).toEqual([])
  })
})

describe('its agents', () => {
  const profile = (lines: string): void => {
    writeFileSync(join(clinic.home, '.profile'), lines)
    clinic.town.configure({ launchShell: '/bin/sh' })
  }
  const server = (): void => {
    const folder = clinic.town.stage
    clinic.town.tmux.start({ name: 'somebody', folder, command: ['sleep', '600'] })
  }

  it('are the programs that the settings name for gt', async () => {
    clinic.town.write(
      'settings/config.json',
      JSON.stringify({ default_agent: 'pilot', role_agents: { deacon: 'own' } }),
    )
    clinic.town.write('settings/agents.json', JSON.stringify({ agents: { own: { command: 'nobodys-agent' } } }))
    const found = (await clinic.examine()).findings
    expect(found.map(({ code, because }) => [code, /has (\S+) on its PATH/.exec(because)?.[1]])).toEqual([
      ['agent-missing', 'pilot'],
      ['agent-missing', 'nobodys-agent'],
    ])
  })

  it('are found where the first installers left claude', async () => {
    const few = join(clinic.town.stage, 'few')
    mkdirSync(few)
    for (const name of ['node', 'gt-heartbeat', 'gt-rearm', 'tmux', 'bd', 'gt', 'git']) {
      symlinkSync(join(clinic.town.programs.bin, name), join(few, name))
    }
    clinic.checksHave({ PATH: `${few}:/usr/bin:/bin` })
    profile(`PATH='${few}':/usr/bin:/bin\n`)
    expect(await clinic.codes()).toEqual(['agent-missing'])
    mkdirSync(join(clinic.home, '.claude/local'))
    writeFileSync(join(clinic.home, '.claude/local/claude'), '#!/bin/sh\n', { mode: 0o755 })
    expect(await clinic.codes()).toEqual([])
  })

  it('have the keys that gt hands on from the profile; others only where the tmux server has them', async () => {
    rmSync(join(clinic.home, '.claude'), { recursive: true })
    profile('')
    expect(await clinic.codes()).toEqual(['api-key-missing'])
    profile('export CLAUDE_CODE_OAUTH_TOKEN=x\n')
    expect(await clinic.codes()).toEqual([])
    server()
    expect(await clinic.codes()).toEqual(['api-key-missing'])
    profile('export ANTHROPIC_API_KEY=x\n')
    expect(await clinic.codes()).toEqual([])
    profile('')
    clinic.town.tmux.tmux('set-environment', '-g', 'CLAUDE_CODE_OAUTH_TOKEN', 'x')
    expect(await clinic.codes()).toEqual([])
  })
})

describe('what is of another kind of town', () => {
  it('is not looked for: bd has no daemon here', async () => {
    clinic.town.write('.beads/daemon-error', 'Error: x\n')
    expect(await clinic.codes()).toEqual([])
  })

  it("is what gt's supervisor starts for another town", async () => {
    clinic.unit('gastown-daemon.service', { UnitFileState: 'enabled', WorkingDirectory: clinic.town.root })
    expect(await clinic.codes()).toEqual(['resident-daemon-enabled'])
    clinic.unit('gastown-daemon.service', { WorkingDirectory: clinic.town.stage })
    expect(await clinic.codes()).toEqual([])
  })
})
