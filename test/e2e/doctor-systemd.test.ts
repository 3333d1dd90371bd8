import { appendFileSync, chmodSync, cpSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, type TestContext } from 'vitest'
import { type Diagnosis, doctorSchema } from '../../src/doctor/schema.js'
import { currentPrograms } from '../support/real-programs.js'
import { PROGRAM } from '../support/run-check.js'
import { makeTownFolder, put } from '../support/town-folder.js'
import { managerFor, type Said, type UserManager } from '../support/user-manager.js'
import { waitFor } from '../support/wait-for.js'

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url))

interface Ward {
  readonly manager: UserManager
  /** A file below the user's units. */
  unit(path: string): string
  /** What the doctor finds, without what depends on a logind, which is not in here. */
  findings(words?: string): Promise<Diagnosis['findings']>
  /** The same as sorted codes; `words`: further words of the command line. */
  codes(words?: string): Promise<readonly string[]>
  /** Types a line in a shell, in ~/gt. */
  type(line: string): Promise<Said>
  /** Types what the finding with this code says, as it was found last. */
  mend(code: string): Promise<void>
}

/** A user whose schedule for ~/gt is in place, the timer enabled, and a check that has ended. */
async function openWard(test: TestContext, place: 'by hand' | 'by install' = 'by hand'): Promise<Ward> {
  const manager = await managerFor(test)
  const { home, folder } = manager
  const bin = join(folder, 'bin')
  const unit = (path: string): string => join(home, '.config/systemd/user', path)
  const program = (name: string, lines: string): void => {
    put(join(bin, name), `#!/bin/sh\n${lines}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  makeTownFolder(join(home, 'gt'))
  put(join(home, '.claude/.credentials.json'), '{}')
  program('bd', 'echo "[]"')
  program('gt', 'exit 0')
  program('claude', 'exec sleep 600')
  symlinkSync(PROGRAM, join(bin, 'gt-heartbeat'))
  symlinkSync(join(PACKAGE, 'scripts/gt-rearm'), join(bin, 'gt-rearm'))
  const PATH = [bin, dirname(process.execPath), '/usr/bin', '/bin'].join(':')
  const tmux = manager.env['TMUX_TMPDIR'] ?? ''
  mkdirSync(tmux, { recursive: true })
  const type = (line: string) => manager.run(['/bin/sh', '-c', line], { env: { PATH }, cwd: join(home, 'gt') })
  if (place === 'by install') {
    expect(await type('gt-heartbeat install')).toMatchObject({ exitCode: 0 })
  } else {
    cpSync(join(PACKAGE, 'units'), unit(''), { recursive: true, filter: (path) => !path.endsWith('.md') })
    put(join(home, '.config/gt-heartbeat/default.env'), `PATH="${PATH}"\nTMUX_TMPDIR="${tmux}"\n`)
    await manager.systemctl('daemon-reload')
    await manager.systemctl('enable', '--now', 'gt-heartbeat.timer')
  }
  await manager.systemctl('start', 'gt-heartbeat.service')
  expect(existsSync(join(home, 'gt/daemon/heartbeat/next'))).toBe(true)

  let last: Diagnosis['findings'] = []
  const findings = async (words = '') => {
    const { stdout } = await type(`gt-heartbeat doctor --json ${words}`)
    last = doctorSchema.parse(JSON.parse(stdout)).findings.filter(({ code }) => code !== 'linger-off')
    return last
  }
  return {
    manager,
    unit,
    type,
    findings,
    codes: async (words) => (await findings(words)).map(({ code }) => code).sort(),
    async mend(code) {
      const { mend } = last.find((one) => one.code === code) ?? {}
      if (!mend) throw new Error(`nothing mends ${code}`)
      const { exitCode, stderr } = await type(mend)
      if (exitCode !== 0) throw new Error(`${mend}: ${stderr}`)
    },
  }
}

it('a schedule put in place by hand is well; what is done to it is found, and what the doctor says mends it', async (ctx) => {
  const { manager, unit, type, codes, findings, mend } = await openWard(ctx)
  expect(await findings()).toEqual([])

  // A tick of the timer mends it too, and may come between.
  await expect.poll(() => type('systemctl --user stop gt-rearm.timer').then(() => codes())).toEqual(['chain-broken'])
  await mend('chain-broken')
  expect(await codes()).toEqual([])

  await manager.systemctl('stop', 'gt-heartbeat.timer')
  await manager.systemctl('disable', 'gt-heartbeat.timer')
  expect(await codes()).toEqual(['no-schedule'])
  await manager.systemctl('enable', '--now', 'gt-heartbeat.timer')
  await manager.systemctl('disable', 'gt-heartbeat.timer')
  expect(await codes()).toContain('timer-disabled')
  await mend('timer-disabled')
  if ((await codes()).includes('chain-broken')) await mend('chain-broken')
  expect(await codes()).toEqual([])

  rmSync(unit('gt-heartbeat-failed.service'))
  symlinkSync('/dev/null', unit('gt-heartbeat-failed.service'))
  await manager.systemctl('daemon-reload')
  expect(await codes()).toContain('unit-masked')
  await mend('unit-masked')
  expect(await codes()).toContain('unit-missing')
  cpSync(join(PACKAGE, 'units/gt-heartbeat-failed.service'), unit('gt-heartbeat-failed.service'))
  await manager.systemctl('daemon-reload')
  expect(await codes()).toEqual([])
})

it('values in effect count, drop-ins included, once the manager has read them', async (ctx) => {
  const { manager, unit, codes, findings, mend } = await openWard(ctx)
  const dropIn = unit('gt-heartbeat.service.d/mine.conf')
  put(
    dropIn,
    '[Unit]\nStartLimitIntervalSec=10\n[Service]\nKillMode=mixed\nTimeoutStartSec=infinity\nNice=5\nRemainAfterExit=yes\n',
  )
  appendFileSync(unit('gt-heartbeat.service'), '# mine\n')
  expect(await codes()).toEqual(['reload-needed', 'unit-differs'])
  cpSync(join(PACKAGE, 'units/gt-heartbeat.service'), unit('gt-heartbeat.service'))
  await mend('reload-needed')
  const found = await findings()
  expect(found.map(({ code }) => code).sort()).toEqual([
    'kill-mode',
    'no-timeout',
    'remain-after-exit',
    'service-limits',
    'start-limit',
  ])
  for (const { because } of found) expect(because).toContain(dropIn)
  rmSync(dropIn)
  await manager.systemctl('daemon-reload')
  expect(await codes()).toEqual([])
})

it('the resident daemon that the real gt has systemd start is found, running or not, and what is said ends it', async (ctx) => {
  const programs = currentPrograms()
  if ('missing' in programs) return ctx.skip(programs.missing)
  const { manager, unit, codes, findings, mend, type } = await openWard(ctx)
  const bin = join(manager.folder, 'bin')
  for (const name of ['gt', 'bd'] as const) {
    rmSync(join(bin, name))
    symlinkSync(programs[name], join(bin, name))
  }
  put(join(manager.home, 'gt/.beads/metadata.json'), '{"backend":"dolt","dolt_mode":"server","dolt_database":"hq"}')
  // In the middle of a heartbeat it hears no signal.
  put(unit('gastown-daemon.service.d/soon.conf'), '[Service]\nTimeoutStopSec=1\n')
  expect(await type('gt daemon enable-supervisor')).toMatchObject({ exitCode: 0 })
  await waitFor('it runs', async () => (await codes()).includes('resident-daemon'), 20_000)
  const service = 'gastown-daemon.service'
  const found = (await findings()).filter(({ code }) => code.startsWith('resident-daemon'))
  expect(found.map(({ mend: words }) => words)).toEqual(Array(2).fill(`systemctl --user disable --now ${service}`))
  await manager.systemctl('stop', service)
  const left = (await codes()).filter((code) => code.startsWith('resident-daemon'))
  expect(left).toEqual(['resident-daemon-enabled'])
  await mend('resident-daemon-enabled')
  expect((await codes()).filter((code) => code.startsWith('resident-daemon'))).toEqual([])
})

it("a tmux server, or anything else, left in a check's own unit is found where it is", async (ctx) => {
  const { manager, unit, codes, findings } = await openWard(ctx)
  await manager.run(['tmux', 'kill-server'])
  const leave = async (words: string): Promise<void> => {
    put(
      unit('gt-heartbeat.service.d/leave.conf'),
      `[Service]\nExecStart=\nExecStart=/bin/sh -c '${words}' gt-heartbeat\n`,
    )
    await manager.systemctl('daemon-reload')
    await manager.systemctl('start', 'gt-heartbeat.service')
  }
  await leave('setsid -f sleep 600')
  expect(await codes()).toContain('left-processes')
  await manager.systemctl('kill', '--signal=KILL', 'gt-heartbeat.service')
  await leave('exec tmux new-session -d sleep 600')
  const found = await findings()
  expect(found).toContainEqual(
    expect.objectContaining({ code: 'tmux-in-unit', because: expect.stringContaining('inside gt-heartbeat.service') }),
  )
  expect(found.map(({ code }) => code)).not.toContain('left-processes')
})

it('an installation is well; an edited unit and a deleted one are mended by installing again', async (ctx) => {
  const { manager, unit, codes, mend } = await openWard(ctx, 'by install')
  expect(await codes()).toEqual([])
  appendFileSync(unit('gt-heartbeat.timer'), '# mine\n')
  rmSync(unit('gt-lifecycle.path'))
  await manager.systemctl('daemon-reload')
  expect(await codes()).toEqual(['file-missing', 'unit-differs', 'unit-missing'])
  await mend('unit-differs')
  await waitFor('all is well', async () => (await codes()).length === 0, 30_000)
})

it('a further town, of whatever name, is well under the name that install gave it', async (ctx) => {
  const { manager, type, codes, findings } = await openWard(ctx, 'by install')
  const town = join(manager.home, "Rosa's 100% $HOME")
  makeTownFolder(town)
  const named = `--town "$HOME/Rosa's 100% "'$HOME'`
  expect(await type(`gt-heartbeat install ${named}`)).toMatchObject({ exitCode: 0 })
  const isChecked = () => existsSync(join(town, 'daemon/heartbeat/next'))
  await waitFor('its first check has ended', isChecked, 30_000)
  await waitFor('it is well', async () => (await codes(named)).length === 0, 30_000)
  expect(await codes()).toEqual([])
  // A check that runs meanwhile arms the timer again.
  const broken = async () => {
    await manager.run(['systemctl', '--user', 'stop', 'gt-rearm@rosa-s-100-home.timer'])
    return (await findings(named)).find(({ code }) => code === 'chain-broken')
  }
  const found = await waitFor('the chain is found broken', broken, 30_000)
  expect(found?.mend).toBe(`gt-heartbeat rearm --town '${manager.home}/Rosa'\\''s 100% $HOME'`)
})
