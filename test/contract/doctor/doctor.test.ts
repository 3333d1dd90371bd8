import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { digest } from '../../support/digest.js'
import { type Clinic, openClinic } from './clinic.js'

let clinic: Clinic
beforeEach(() => {
  clinic = openClinic()
})
afterEach(() => clinic.end())

describe('a town that is well', () => {
  it('has no finding, and is left as it was to the byte', async () => {
    const before = [clinic.town.root, clinic.home].map((folder) => digest(folder))
    const { findings, exitCode, schedules, town } = await clinic.examine()
    expect([findings, exitCode]).toEqual([[], 0])
    expect(town.root).toBe(clinic.town.root)
    expect(schedules).toEqual([
      expect.objectContaining({
        scheduler: 'systemd',
        slug: 'default',
        active: true,
        next: '2099-11-22T18:05:00.000Z',
      }),
    ])
    expect([clinic.town.root, clinic.home].map((folder) => digest(folder))).toEqual(before)
  })

  it('is told for people in a few lines, with -q in none', async () => {
    const { stdout } = await clinic.town.run(['doctor'], { env: clinic.env })
    expect(stdout.split('\n')).toEqual([
      `town: ${clinic.town.root}, a classic one`,
      expect.stringMatching(/^checks are started by systemd \(default\): .*gt-heartbeat\.timer/),
      'nothing found: checks can work here',
      '',
    ])
    expect((await clinic.town.run(['doctor', '-q'], { env: clinic.env })).stdout).toBe('')
  })
})

describe('what is wrong', () => {
  it('is told with its code, and what to type under it: errors first, the worst decides the exit code', async () => {
    clinic.program('loginctl', 'echo no')
    expect((await clinic.examine()).exitCode).toBe(1)
    clinic.unit('gt-heartbeat.service', { LoadState: 'masked' })
    const { stdout, exitCode } = await clinic.town.run(['doctor'], { env: clinic.env })
    expect(exitCode).toBe(2)
    expect(stdout.split('\n').slice(2)).toEqual([
      'error unit-masked: gt-heartbeat.service is masked',
      '    systemctl --user unmask gt-heartbeat.service',
      expect.stringMatching(/^warning linger-off: lingering is off for /),
      expect.stringMatching(/^ {4}sudo loginctl enable-linger /),
      '1 error, 1 warning',
      '',
    ])
    const quiet = await clinic.town.run(['doctor', '-q'], { env: clinic.env })
    expect(quiet.stdout).not.toContain('linger')
    expect(quiet.stdout.split('\n')).toHaveLength(3)
  })
})

describe('a town', () => {
  it('that is not there is a finding: exit code 2', async () => {
    clinic.town.write('mayor/town.json', '{')
    expect(await clinic.examine()).toMatchObject({
      town: { root: null },
      exitCode: 2,
      findings: [{ code: 'town-unreadable', because: expect.stringContaining('mayor/town.json') }],
    })
  })

  it('whose list of rigs or configuration is broken is told with every complaint', async () => {
    clinic.town.write('mayor/rigs.json', '[')
    clinic.town.configure({ maxStart: 1, deadline: 'soon' })
    expect(await clinic.codes()).toEqual(['config-wrong', 'config-wrong', 'town-unreadable'])
  })

  it('in which nothing can be remembered cannot be looked after', async () => {
    rmSync(join(clinic.town.root, 'daemon/heartbeat'), { recursive: true })
    clinic.town.write('daemon/heartbeat', '')
    const { findings } = await clinic.examine()
    expect(findings.map(({ code }) => code)).toContain('town-readonly')
  })
})

describe('checks', () => {
  it('that never ended here', async () => {
    rmSync(join(clinic.town.root, 'daemon/heartbeat'), { recursive: true })
    expect(await clinic.codes()).toEqual(['never-checked'])
  })

  it('that are due for more than the tick can explain', async () => {
    const at = Math.floor(Date.now() / 1000)
    clinic.town.write('daemon/heartbeat/next', `${at - 900} ${at - 600} ${at - 300}\n`)
    expect(await clinic.codes()).toEqual([])
    clinic.town.write('daemon/heartbeat/next', `${at - 2000} ${at - 1700} ${at - 1700}\n`)
    expect((await clinic.examine()).findings).toMatchObject([
      { code: 'check-overdue', severity: 'error', mend: 'journalctl --user -u gt-heartbeat.service -n 50' },
    ])
  })

  it('of which the last three failed, with why; two are not enough', async () => {
    clinic.town.programs.spoil('bd', 'echo "database is locked" >&2\nexit 1\n')
    for (let n = 0; n < 2; n++) await clinic.town.run(['--once'], { env: clinic.env })
    expect(await clinic.codes()).toEqual([])
    await clinic.town.run(['--once'], { env: clinic.env })
    expect((await clinic.examine()).findings).toMatchObject([
      { code: 'checks-failing', because: expect.stringMatching(/last 3 checks failed: .*database is locked/) },
    ])
  })

  it('that lie in the future: somebody set the clock back', async () => {
    const at = Math.floor(Date.now() / 1000)
    clinic.town.write('daemon/heartbeat/next', `${at + 7200} ${at + 7500} ${at + 7500}\n`)
    expect((await clinic.examine()).findings).toMatchObject([
      { code: 'clock-back', because: expect.stringMatching(/lies 2h in the future|lies 1h59m in the future/) },
    ])
  })
})

describe('the resident daemon', () => {
  it('that works in this town', async () => {
    const daemon = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 6e5)', 'daemon', 'run'], { argv0: 'gt' })
    clinic.town.write('daemon/daemon.pid', String(daemon.pid))
    const codes = await clinic.codes()
    daemon.kill('SIGKILL')
    expect(codes).toEqual(['resident-daemon'])
  })
})

describe('bd', () => {
  const log = (line: string): void =>
    clinic.town.write('.beads/daemon.log', `time=x level=INFO msg="using database"\n${line}\n`)

  it('whose daemon could not start makes each call of an agent wait', async () => {
    log('time=x level=ERROR msg="repository fingerprint validation failed" error="\\nLEGACY \\"X\\""')
    expect((await clinic.examine()).findings).toMatchObject([
      { code: 'bd-daemon', mend: `cd ${clinic.town.root} && bd migrate --update-repo-id` },
    ])
    log('time=x level=INFO msg="daemon started"')
    expect(await clinic.codes()).toEqual([])
    clinic.town.write('.beads/daemon-error', 'Error: Multiple database files found in x:\n  - a.db\n')
    expect((await clinic.examine()).findings).toMatchObject([
      {
        code: 'bd-daemon',
        because: expect.stringContaining('Multiple database files'),
        mend: `cd ${clinic.town.root} && bd doctor`,
      },
    ])
  })

  it('in the database of a rig too', async () => {
    clinic.town.addRig('beta', { prefix: 'be-', ownDatabase: true })
    clinic.town.write('beta/mayor/rig/.beads/daemon-error', 'Daemon crashed at noon\n')
    const [found] = (await clinic.examine()).findings
    expect(found?.because).toContain(join(clinic.town.root, 'beta/mayor/rig/.beads'))
  })
})

describe('what mends it', () => {
  it('is said for the town that was named', async () => {
    rmSync(join(clinic.settings, 'installed.json'))
    clinic.unit('gt-heartbeat.timer', { ActiveState: 'inactive' })
    const words = ['doctor', '--json']
    const { stdout } = await clinic.town.run(words, { env: clinic.env })
    expect(JSON.parse(stdout).findings[0].mend).toBe(`gt-heartbeat install --town ${clinic.town.root}`)
    const inside = await clinic.town.bare(words, { env: clinic.env, cwd: clinic.town.root })
    expect(JSON.parse(inside.stdout).findings[0].mend).toBe('gt-heartbeat install')
  })
})

describe('under sudo', () => {
  it('nobody is examined: it would be about another user', async () => {
    const env = { ...clinic.env, SUDO_USER: 'nina' }
    expect(await clinic.town.run(['doctor'], { env })).toMatchObject({
      exitCode: 64,
      stdout: '',
      stderr: expect.stringContaining('env -u SUDO_USER gt-heartbeat doctor'),
    })
  })
})

describe('the document', () => {
  it('never holds what a secret is', async () => {
    rmSync(join(clinic.home, '.claude'), { recursive: true })
    const env = { ...clinic.env, ANTHROPIC_API_KEY: 'sk-very-secret' }
    const { stdout } = await clinic.town.run(['doctor', '--json'], { env })
    expect(stdout).toContain('ANTHROPIC_API_KEY')
    expect(stdout).not.toContain('sk-very-secret')
    expect(readFileSync(join(clinic.settings, 'default.env'), 'utf8')).not.toContain('secret')
  })
})
