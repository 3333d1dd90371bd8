import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readDocument, readReport } from '../support/check-document.js'
import { type Check, type FakeTown, raiseTown } from '../support/fake-town.js'
import { end } from '../support/leftovers.js'
import { located, prose, slow } from '../support/stand-ins.js'
import { waitFor } from '../support/wait-for.js'

const WITNESS = 'gastown/witness'

let town: FakeTown
const helpers: number[] = []

beforeEach(() => {
  town = raiseTown()
  town.addRig('gastown')
})
afterEach(async () => {
  for (const pid of helpers.splice(0)) end(pid)
  await town.end()
})

const runOnce = (...words: readonly string[]): Promise<Check> => town.run(['--once', '--json', ...words])
const gateOf = ({ stdout }: Check) => readReport(stdout).gate
const deedsOf = ({ stdout }: Check): readonly string[] =>
  readDocument(stdout).actions.map(({ kind, agent, outcome }) => `${kind} ${agent} ${outcome}`)
const names = (): readonly string[] => town.tmux.sessions().map(({ name }) => name)

/** A process that stands by until the test is over. */
function standBy(program: string, args: readonly string[]): number {
  const child = spawn(program, args, { cwd: town.root, env: town.env, stdio: 'ignore' })
  const { pid = 0 } = child
  helpers.push(pid)
  return pid
}

/** Somebody who holds a flock(2), as gt does; undefined where the machine has no flock(1). */
async function holdFlock(path: string): Promise<boolean> {
  const flock = located('flock', process.env['PATH'] ?? '')
  if (!flock) return false
  mkdirSync(join(town.root, 'daemon'), { recursive: true })
  const child = spawn(flock, [join(town.root, path), 'sh', '-c', 'echo held; exec sleep 600'], {
    env: town.env,
    detached: true,
  })
  await once(child.stdout, 'data')
  if (child.pid !== undefined) helpers.push(-child.pid)
  return true
}

describe('two checks at once', () => {
  it('one works, the other leaves with 75', async () => {
    town.programs.spoil('bd', slow(1))
    const first = runOnce()
    await waitFor('the first one looks', () => town.programs.calls().some(({ program }) => program === 'bd'))
    const second = await runOnce()
    expect(second).toMatchObject({ exitCode: 75, calls: [] })
    expect(gateOf(second)).toMatchObject({ open: false, reason: 'busy' })
    expect((await first).exitCode).toBe(0)
    expect(names()).toEqual(['gt-deacon', 'gt-gastown-witness'])
  })

  it('the other waits when it was told how long', async () => {
    town.programs.spoil('bd', slow(0.5))
    const first = runOnce()
    await waitFor('the first one looks', () => town.programs.calls().some(({ program }) => program === 'bd'))
    const second = await runOnce('--wait', '30s')
    expect([(await first).exitCode, second.exitCode]).toEqual([0, 0])
    expect(deedsOf(second)).toEqual([])
  })

  it('a killed one leaves nothing to clean up, and its tmux server holds no lock', async () => {
    await runOnce()
    town.programs.spoil('bd', slow(2))
    const killed = await town.run(['--once'], {
      started: async (child) => {
        await waitFor('it looks', () => town.programs.calls().filter(({ program }) => program === 'bd').length > 2)
        child.kill('SIGKILL')
      },
    })
    expect(killed.signal).toBe('SIGKILL')
    town.programs.mend('bd')
    expect((await runOnce()).exitCode).toBe(0)
  })
})

describe('a resident daemon', () => {
  /** A process whose command line says `gt daemon run`, as the real one's does. */
  const posing = (): number => {
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 600_000)', 'daemon', 'run'], {
      argv0: 'gt',
      env: town.env,
      stdio: 'ignore',
    })
    const { pid = 0 } = child
    helpers.push(pid)
    return pid
  }

  it('that runs: the check looks, reports, starts nothing, and says how to stop it', async () => {
    town.write('daemon/daemon.pid', String(posing()))
    const check = await runOnce()
    expect(check.exitCode).toBe(75)
    expect(gateOf(check)).toEqual(expect.objectContaining({ open: false, reason: 'resident-daemon' }))
    expect(names()).toEqual([])
    const people = await town.run(['--once'])
    expect(people.stdout + people.stderr).toContain('gt daemon stop')
  })

  it.each([
    ['another program has its number now', () => String(standBy('sleep', ['600']))],
    ['it is gone', () => '999999'],
    ['its file is nonsense', () => 'nonsense'],
  ])('is none where %s', async (_, pidFile) => {
    town.write('daemon/daemon.pid', pidFile())
    expect((await runOnce()).exitCode).toBe(0)
    expect(names()).toContain('gt-deacon')
  })

  it('that holds daemon.lock is believed without a pid file', async (ctx) => {
    if (!(await holdFlock('daemon/daemon.lock'))) ctx.skip('needs flock: apt-get install util-linux')
    const check = await runOnce()
    expect([check.exitCode, gateOf(check).reason, names()]).toEqual([75, 'resident-daemon', []])
  })

  it('that left its lock file behind is none', async () => {
    town.write('daemon/daemon.lock', '')
    expect((await runOnce()).exitCode).toBe(0)
  })
})

describe('a town that shuts down', () => {
  it('is left alone while shutdown.lock is held', async (ctx) => {
    if (!(await holdFlock('daemon/shutdown.lock'))) ctx.skip('needs flock: apt-get install util-linux')
    const check = await runOnce()
    expect([check.exitCode, gateOf(check).reason, names()]).toEqual([0, 'shutdown', []])
  })

  it('is left alone while the process named in shutting-down lives', async () => {
    town.write('daemon/shutting-down', String(standBy('sleep', ['600'])))
    expect([(await runOnce()).exitCode, names()]).toEqual([0, []])
    town.write('daemon/shutting-down', '999999')
    await runOnce()
    expect(names()).toContain('gt-deacon')
  })

  it('or was stopped by ESTOP is left alone, until that is taken back', async () => {
    town.write('ESTOP', 'fire')
    const check = await runOnce()
    expect([check.exitCode, gateOf(check).reason, names()]).toEqual([0, 'estop', []])
    expect(readDocument(check.stdout).next.intervalSeconds).toBeLessThanOrEqual(300)
  })

  it('is no alarm, whatever could not be seen', async () => {
    town.write('ESTOP', '')
    town.programs.spoil('bd', prose)
    expect((await runOnce()).exitCode).toBe(0)
  })

  it('in one rig only is healed everywhere else', async () => {
    town.addRig('other')
    town.write('ESTOP.gastown', '')
    const check = await runOnce()
    expect(check.exitCode).toBe(0)
    expect(names()).toEqual(['gt-deacon', 'gt-other-witness'])
  })
})

describe('what a person told to stay down', () => {
  it('stays down until up: the town', async () => {
    expect((await town.run(['down'])).exitCode).toBe(0)
    for (const _run of [1, 2]) {
      const check = await runOnce()
      expect([check.exitCode, gateOf(check).reason]).toEqual([0, 'stood-down'])
    }
    expect(names()).toEqual([])
    expect((await town.run(['status'])).stdout).toMatch(/down/)
    expect((await town.run(['up'])).exitCode).toBe(0)
    expect((await runOnce()).exitCode).toBe(0)
    expect(names()).toContain('gt-deacon')
  })

  it.each([
    ['gastown', ['gt-deacon']],
    [WITNESS, ['gt-deacon']],
    ['deacon', ['gt-gastown-witness']],
  ])('stays down until up: %s, and the others are healed', async (who, others) => {
    expect((await town.run(['down', who])).exitCode).toBe(0)
    expect((await runOnce()).exitCode).toBe(0)
    expect(names()).toEqual(others)
    await town.run(['up', who])
    await runOnce()
    expect(names()).toEqual(['gt-deacon', 'gt-gastown-witness'])
  })

  it('is refused when it names nobody', async () => {
    expect((await town.run(['down', 'nobody/here'])).exitCode).toBe(64)
  })

  it('or parked in the wisp config is not started, and nobody is mailed about it', async () => {
    town.write('.beads-wisp/config/gastown.json', JSON.stringify({ rig: 'gastown', values: { status: 'parked' } }))
    expect((await runOnce()).exitCode).toBe(0)
    expect(names()).toEqual(['gt-deacon'])
    expect(town.mails()).toEqual([])
  })
})
