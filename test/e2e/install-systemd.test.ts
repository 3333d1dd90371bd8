import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it, type TestContext } from 'vitest'
import { type PackedPackage, packedFor } from '../support/packed-package.js'
import { makeStandIns } from '../support/stand-ins.js'
import { makeTownFolder, put, putJson } from '../support/town-folder.js'
import { managerFor, type Said, type UserManager } from '../support/user-manager.js'
import { waitFor } from '../support/wait-for.js'

/** A user's machine on which the package was installed from npm's own file, and a town at ~/gt. */
interface Desk {
  readonly manager: UserManager
  readonly packed: PackedPackage
  readonly town: string
  /** The user's units. */
  readonly units: string
  readonly env: Readonly<Record<string, string>>
  gtHeartbeat(words: readonly string[], env?: Readonly<Record<string, string | undefined>>): Promise<Said>
  tmux(...words: readonly string[]): Promise<Said>
  addTown(path: string): string
}

async function deskFor(test: TestContext): Promise<Desk> {
  const packed = await packedFor(test)
  const manager = await managerFor(test)
  const path = [packed.bin, manager.env['PATH']].join(':')
  const { bin } = makeStandIns(join(manager.folder, 'programs'), path)
  const env = { ...manager.env, PATH: `${bin}:${path}` }
  const addTown = (at: string): string => {
    const town = join(manager.home, at)
    makeTownFolder(town)
    return town
  }
  return {
    manager,
    packed,
    town: addTown('gt'),
    units: join(manager.home, '.config/systemd/user'),
    env,
    addTown,
    gtHeartbeat: (words, more = {}) =>
      manager.run(['gt-heartbeat', ...words], { env: { ...env, ...more }, cwd: manager.home, within: 170_000 }),
    tmux: (...words) => manager.run(['tmux', ...words], { env }),
  }
}

const sessions = async ({ tmux }: Desk): Promise<readonly string[]> =>
  (await tmux('list-sessions', '-F', '#{session_name} #{session_id}')).stdout.trim().split('\n').filter(Boolean)

const checksIn = (town: string): number => {
  const path = join(town, 'daemon/state.json')
  if (!existsSync(path)) return 0
  const state: unknown = JSON.parse(readFileSync(path, 'utf8'))
  return typeof state === 'object' && state !== null && 'heartbeat_count' in state ? Number(state.heartbeat_count) : 0
}

const isIdle = async ({ manager }: Desk): Promise<boolean> =>
  !/activating/.test((await manager.run(['systemctl', '--user', 'list-units', '--no-legend', 'gt-*.service'])).stdout)

/** The first check is over and what came of it has been dealt with. */
async function firstCheck(desk: Desk, town: string): Promise<void> {
  await waitFor('a first check has run', () => checksIn(town) > 0, 60_000)
  await waitFor('it is over', () => isIdle(desk), 60_000)
}

const everything = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()

describe('a package installed from its own npm file, on a real user manager', () => {
  it('has the town checked from install on, brings a killed deacon back at its time, and goes without a trace', async (test) => {
    const desk = await deskFor(test)
    const { manager, town, gtHeartbeat } = desk
    putJson(join(town, 'daemon/heartbeat.config.json'), { intervals: [[null, '1m']] })
    const before = everything(manager.home).filter((path) => !path.startsWith('gt/daemon'))
    const said = await gtHeartbeat(['install'])
    expect(said).toMatchObject({ exitCode: 0 })
    expect(said.stdout).toContain(`scheduled: ${town}, by systemd`)
    expect(await manager.systemctl('is-active', 'gt-heartbeat.timer', 'gt-lifecycle.path')).toBe('active\nactive\n')
    expect(await manager.systemctl('is-enabled', 'gt-heartbeat.timer')).toBe('enabled\n')

    await firstCheck(desk, town)
    const [deacon = ''] = await sessions(desk)
    expect(deacon).toMatch(/^gt-deacon /)
    const armed = await waitFor('the next one is armed', async () => {
      const listed = await manager.systemctl('list-timers', '--no-legend', 'gt-*')
      return listed.split('\n').find((line) => line.includes('gt-rearm.timer'))
    })
    const next = Number(readFileSync(join(town, 'daemon/heartbeat/next'), 'utf8').split(' ')[2])
    const time = new Date(next * 1000).toTimeString().slice(0, 8)
    expect(armed).toContain(time)
    expect((await gtHeartbeat(['status'])).stdout).toContain(`gt-rearm.timer, armed for ${time}`)

    await desk.tmux('kill-session', '-t', '=gt-deacon')
    const back = await waitFor('the deacon is back', async () => (await sessions(desk))[0], 90_000)
    expect(back).toMatch(/^gt-deacon /)
    expect(Date.now() / 1000).toBeGreaterThanOrEqual(next)
    expect(Date.now() / 1000).toBeLessThan(next + 20)
    await waitFor('that check is over', () => isIdle(desk), 60_000)

    const gone = await gtHeartbeat(['uninstall'])
    expect(gone).toMatchObject({ exitCode: 0, stderr: '' })
    expect(await sessions(desk)).toEqual([back])
    expect(everything(manager.home).filter((path) => !path.startsWith('gt/daemon') && !before.includes(path))).toEqual(
      [],
    )
    expect(
      (
        await manager.run([
          'systemctl',
          '--user',
          'list-units',
          '--all',
          '--no-legend',
          'gt-heartbeat*',
          'gt-rearm*',
          'gt-lifecycle*',
        ])
      ).stdout.trim(),
    ).toBe('')
  }, 240_000)

  it('says the same twice, replaces what an older one installed, and keeps beside what somebody edited', async (test) => {
    const desk = await deskFor(test)
    const { manager, town, units, gtHeartbeat } = desk
    await gtHeartbeat(['install'])
    await firstCheck(desk, town)
    const start = async () => manager.systemctl('show', '-p', 'ActiveEnterTimestampMonotonic', 'gt-heartbeat.timer')
    const [files, started] = [everything(join(manager.home, '.config')), await start()]
    expect((await gtHeartbeat(['install'])).stdout).toContain('nothing was done')
    expect([everything(join(manager.home, '.config')), await start()]).toEqual([files, started])
    const { next } = JSON.parse((await gtHeartbeat(['install', '--json'], { TZ: 'Asia/Tokyo' })).stdout)
    expect(Date.parse(next.at)).toBeGreaterThan(Date.now() - 1000)
    expect(Date.parse(next.at)).toBeLessThanOrEqual(Date.now() + 300_000)

    const timer = join(units, 'gt-heartbeat.timer')
    const shipped = readFileSync(timer, 'utf8')
    writeFileSync(timer, shipped.replace('*:0/5', '*:0/7'))
    const again = await gtHeartbeat(['install'])
    expect(again.stdout).toMatch(/kept: .*gt-heartbeat\.timer was not as it was installed/)
    expect(readFileSync(timer, 'utf8')).toBe(shipped)
    const kept = readdirSync(units).filter((name) => name.includes('.kept-'))
    expect(kept).toHaveLength(1)
    expect(readFileSync(join(units, kept[0] ?? ''), 'utf8')).toContain('*:0/7')
    expect(await manager.systemctl('show', '-p', 'NeedDaemonReload,ActiveState', 'gt-heartbeat.timer')).toBe(
      'ActiveState=active\nNeedDaemonReload=no\n',
    )
    await gtHeartbeat(['uninstall'])
    expect(everything(units)).toEqual(kept)
  })

  it('gives a further town a name of its own, whatever its path has in it, and takes the templates with the last one', async (test) => {
    const desk = await deskFor(test)
    const { manager, town, units, gtHeartbeat } = desk
    const odd = desk.addTown('Wörk "%h" it\'s $HOME/\\town')
    const further = desk.addTown('riga')
    await gtHeartbeat(['install'])
    expect((await gtHeartbeat(['install', '--town', odd])).stdout).toContain(`${odd} as town, by systemd`)
    expect((await gtHeartbeat(['install', '--town', further])).stdout).toContain(`${further} as riga, by systemd`)
    for (const root of [town, odd, further]) await firstCheck(desk, root)
    expect(await manager.systemctl('show', '-p', 'Paths', '--value', 'gt-lifecycle@town.path')).toContain(
      `${odd}/daemon/requests (DirectoryNotEmpty)`,
    )
    put(join(odd, 'daemon/requests/now'), '')
    await waitFor('the requests are processed', () => !existsSync(join(odd, 'daemon/requests/now')), 30_000)

    await waitFor('nothing runs', () => isIdle(desk), 60_000)
    expect((await gtHeartbeat(['uninstall', '--town', odd])).exitCode).toBe(0)
    expect(await manager.systemctl('is-active', 'gt-heartbeat.timer', 'gt-heartbeat@riga.timer')).toBe(
      'active\nactive\n',
    )
    expect(existsSync(join(units, 'gt-heartbeat@.timer'))).toBe(true)
    expect((await gtHeartbeat(['uninstall', '--town', further])).exitCode).toBe(0)
    expect(readdirSync(units).filter((name) => name.includes('@'))).toEqual([])
    expect((await gtHeartbeat(['uninstall', '--town', town])).exitCode).toBe(0)
    expect(existsSync(join(manager.home, '.config'))).toBe(false)
  }, 240_000)

  it('waits for a check that runs before its unit goes, so that nothing of what it started is lost', async (test) => {
    const desk = await deskFor(test)
    const { manager, town, gtHeartbeat } = desk
    await gtHeartbeat(['install'])
    await firstCheck(desk, town)
    const slow = join(manager.folder, 'programs/spoilt/bd')
    writeFileSync(slow, 'sleep 3\n')
    await manager.systemctl('start', '--no-block', 'gt-heartbeat.service')
    await waitFor('it runs', async () => !(await isIdle(desk)))
    const checks = checksIn(town)
    expect(await gtHeartbeat(['uninstall'])).toMatchObject({ exitCode: 0 })
    expect(checksIn(town)).toBe(checks + 1)
    expect(await sessions(desk)).toHaveLength(1)
    expect((await manager.run(['systemctl', '--user', 'list-timers', '--all', '--no-legend', 'gt-*'])).stdout).toBe('')
  })

  it('reaches the manager from a shell without $XDG_RUNTIME_DIR, as that of cron or su', async (test) => {
    const { gtHeartbeat, manager } = await deskFor(test)
    expect(await gtHeartbeat(['install'], { XDG_RUNTIME_DIR: undefined })).toMatchObject({ exitCode: 0 })
    expect(await manager.systemctl('is-active', 'gt-heartbeat.timer')).toBe('active\n')
  })

  it('says so where the home can only be read, and has done nothing', async (test) => {
    const { manager, packed, gtHeartbeat } = await deskFor(test)
    const readOnly = 'mount --bind "$HOME" "$HOME" && mount -o remount,bind,ro "$HOME" && exec gt-heartbeat install'
    const before = everything(manager.home)
    const env = { PATH: `${join(manager.folder, 'programs/bin')}:${packed.bin}:${manager.env['PATH']}` }
    const { exitCode, stderr } = await manager.run(['unshare', '--mount', 'sh', '-c', readOnly], { env })
    expect(exitCode).toBe(69)
    expect(stderr).toMatch(/nothing can be written in .*: EROFS.*\n {2}nothing was done/)
    expect(everything(manager.home)).toEqual(before)
    expect((await gtHeartbeat(['install'])).exitCode).toBe(0)
  })

  it('refuses while a unit is masked, or the manager reads units elsewhere, with nothing done', async (test) => {
    const { gtHeartbeat, manager, units } = await deskFor(test)
    await manager.systemctl('mask', 'gt-lifecycle.path')
    const before = everything(manager.home)
    const masked = await gtHeartbeat(['install'])
    expect(masked.exitCode).toBe(69)
    expect(masked.stderr).toMatch(
      /gt-lifecycle\.path is a link to \/dev\/null.*systemctl --user unmask gt-lifecycle\.path\n {2}nothing was done/,
    )
    await manager.systemctl('unmask', 'gt-lifecycle.path')
    expect(existsSync('/dev/null')).toBe(true)
    const elsewhere = await gtHeartbeat(['install'], { XDG_CONFIG_HOME: join(dirname(units), 'other') })
    expect(elsewhere.exitCode).toBe(69)
    expect(elsewhere.stderr).toMatch(/does not read units in .*other\/systemd\/user/)
    expect(everything(manager.home).filter((path) => !before.includes(path))).toEqual([])
  })
})
