import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isHeld, takeLock } from '../../../src/gate/own-lock.js'
import type { HeldLock } from '../../../src/ports/lock.js'
import { type FakeTown, raiseTown } from '../../support/fake-town.js'
import { refuses } from '../../support/stand-ins.js'

let town: FakeTown
beforeEach(async () => {
  town = raiseTown()
  town.addRig('gastown')
  await town.wake('deacon', 'gastown/witness')
})
afterEach(() => town.end())

/** What another check would hold. */
async function hold(): Promise<HeldLock> {
  const lock = await takeLock(town.root, 0)
  if (isHeld(lock)) return lock
  throw new Error(lock.because)
}

const json = (path: string) => JSON.parse(town.read(path) ?? 'null')
const log = (): readonly string[] =>
  (town.read('daemon/daemon.log') ?? '')
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^\S+ \S+ /, ''))
const seconds = (): number => Math.floor(Date.now() / 1000)
const appointment = (): readonly number[] => (town.read('daemon/heartbeat/next') ?? '').trim().split(' ').map(Number)

describe('daemon/state.json', () => {
  it('goes on counting, with the keys of the old daemon, and keeps what is not ours', async () => {
    const old = { running: true, pid: 77, started_at: '2025-12-29T22:07:00-08:00', heartbeat_count: 41, theirs: [1] }
    town.write('daemon/state.json', JSON.stringify(old))
    await town.run(['--once'])
    const local = /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/
    expect(json('daemon/state.json')).toEqual({
      running: false,
      pid: 0,
      started_at: expect.stringMatching(local),
      last_heartbeat: expect.stringMatching(local),
      heartbeat_count: 42,
      theirs: [1],
      next_heartbeat: expect.stringMatching(local),
      next_interval_seconds: 300,
    })
    expect(log().at(-1)).toBe('Heartbeat complete (#42)')
    expect(statSync(join(town.root, 'daemon/state.json')).mode & 0o777).toBe(0o644)
  })

  it('that is broken is copied aside and said once; the count begins anew', async () => {
    town.write('daemon/state.json', '{"heartbeat_count":')
    const check = await town.run(['--once'])
    expect(check.exitCode).toBe(1)
    expect(check.stdout).toMatch(/daemon\/state\.json is no JSON.*copied to .*state\.json\.corrupt-/)
    expect(json('daemon/state.json')).toMatchObject({ heartbeat_count: 1 })
    const aside = readdirSync(join(town.root, 'daemon')).filter((name) => name.startsWith('state.json.corrupt-'))
    expect(aside.map((name) => town.read(`daemon/${name}`))).toEqual(['{"heartbeat_count":'])
    expect((await town.run(['--once'])).exitCode).toBe(0)
  })

  it.each(['"41"', '-1', '1.5', 'null', '{}'])('with the count %s counts from one', async (count) => {
    town.write('daemon/state.json', `{"heartbeat_count":${count}}`)
    await town.run(['--once'])
    expect(json('daemon/state.json')).toMatchObject({ heartbeat_count: 1 })
  })

  it('of a town with a resident daemon is left to it', async () => {
    const state = '{"running":true,"pid":1,"heartbeat_count":5}'
    town.write('daemon/state.json', state)
    town.write('daemon/daemon.pid/x', '')
    expect((await town.run(['--once'])).exitCode).toBe(75)
    expect(town.read('daemon/state.json')).toBe(state)
    expect(town.read('daemon/next-interval')).toBe('300\n')
  })
})

describe('the next heartbeat', () => {
  it('is written last of all that the next check goes by, in whole seconds, with the shortest interval beside it', async () => {
    town.configure({
      intervals: [
        ['5m', '7m'],
        [null, '60m'],
      ],
    })
    await town.run(['--once'])
    const [last = 0, earliest = 0, next = 0] = appointment()
    expect([earliest - last, next - last]).toEqual([420, 420])
    // The full minute in which the check began.
    expect(seconds() - last).toBeLessThan(65)
    expect(town.read('daemon/next-interval')).toBe('420\n')
    const folder = join(town.root, 'daemon/heartbeat')
    // A check without that one only takes longer.
    const names = readdirSync(folder).filter((name) => name !== 'first-questions.json')
    const youngest = names.toSorted(
      (one, two) => statSync(join(folder, two)).mtimeMs - statSync(join(folder, one)).mtimeMs,
    )
    expect(youngest[0]).toBe('next')
  })

  it.each<[string, () => void, number, number]>([
    ['the configuration is wrong', () => town.configure({ x: 1 }), 78, 300],
    ['tmux is missing', () => town.programs.uninstall('tmux'), 69, 300],
    ['bd cannot be asked', () => town.programs.spoil('bd', refuses('locked')), 3, 300],
    ['the town is stopped', () => town.write('ESTOP', ''), 0, 300],
    ['the town was told to stay down', () => town.write('daemon/heartbeat/stand-down/town', ''), 0, 300],
  ])('comes within 5 minutes when %s, though the town is idle', async (_, spoil, exitCode, interval) => {
    const hoursAgo = new Date(Date.now() - 5 * 3600_000).toISOString()
    town.write('daemon/activity.json', JSON.stringify({ last_command: 'gt', timestamp: hoursAgo }))
    await town.run(['--once'])
    expect(town.read('daemon/next-interval')).toBe('3600\n')
    spoil()
    const env = { ...town.env, PATH: `${town.programs.bin}${exitCode === 69 ? '' : `:${process.env['PATH']}`}` }
    const node = { ...env, PATH: exitCode === 69 ? `${town.programs.bin}:/nowhere` : env.PATH }
    expect((await town.run(['--once'], { env: node })).exitCode).toBe(exitCode)
    expect(town.read('daemon/next-interval')).toBe(`${interval}\n`)
    // Counted from the full minute in which the check began.
    const inSeconds = (appointment()[2] ?? 0) - seconds()
    expect(inSeconds).toBeGreaterThan(interval - 65)
    expect(inSeconds).toBeLessThanOrEqual(interval)
  })

  it('is not touched by a check that found another at work, by wrong words, nor by a dry run', async () => {
    await town.run(['--once'])
    const before = ['daemon/heartbeat/next', 'daemon/next-interval', 'daemon/daemon.log', 'daemon/state.json'].map(
      town.read,
    )
    const held = await hold()
    expect((await town.run(['--once'])).exitCode).toBe(75)
    expect((await town.run(['--once', '--dry-run'])).exitCode).toBe(75)
    held.release()
    expect((await town.run(['--once', '--wait'])).exitCode).toBe(64)
    expect((await town.run(['--once', '--dry-run'])).exitCode).toBe(0)
    const after = ['daemon/heartbeat/next', 'daemon/next-interval', 'daemon/daemon.log', 'daemon/state.json'].map(
      town.read,
    )
    expect(after).toEqual(before)
  })
})

describe('--lifecycle', () => {
  const idle = async (): Promise<void> => {
    const hoursAgo = new Date(Date.now() - 5 * 3600_000).toISOString()
    town.write('daemon/activity.json', JSON.stringify({ last_command: 'gt', timestamp: hoursAgo }))
    await town.run(['--once'])
  }

  it('empties daemon/requests, whatever lies there, and leaves a quiet town its next heartbeat', async () => {
    await idle()
    const before = town.read('daemon/heartbeat/next')
    for (const name of ['one', '.two', 'three four']) town.write(`daemon/requests/${name}`, 'never read')
    town.write('daemon/requests/a-folder/with', 'something')
    expect((await town.run(['--lifecycle'])).exitCode).toBe(0)
    expect(readdirSync(join(town.root, 'daemon/requests'))).toEqual([])
    const kept = readdirSync(join(town.root, 'daemon')).find((name) => name.startsWith('requests.set-aside-'))
    expect(town.read(`daemon/${kept}/with`)).toBe('something')
    expect(town.read('daemon/heartbeat/next')).toBe(before)
    expect(json('daemon/state.json')).toMatchObject({ heartbeat_count: 1, next_interval_seconds: 3600 })
    expect(log().slice(-2)).toEqual([
      expect.stringMatching(/^Warning: .*a-folder was moved to /),
      'Lifecycle requests processed',
    ])
  })

  it('that may not act empties it too, and a heartbeat comes in a minute', async () => {
    await idle()
    town.write('ESTOP', '')
    town.write('daemon/requests/one', '')
    expect((await town.run(['--lifecycle'])).exitCode).toBe(0)
    expect(readdirSync(join(town.root, 'daemon/requests'))).toEqual([])
    expect(town.read('daemon/next-interval')).toBe('60\n')
    const [last = 0, earliest = 0, next = 0] = appointment()
    expect(Math.abs(next - seconds() - 60)).toBeLessThan(5)
    expect([earliest <= next, last < next]).toEqual([true, true])
  })

  it('that found the town locked leaves the requests where they are', async () => {
    town.write('daemon/requests/one', '')
    const held = await hold()
    expect((await town.run(['--lifecycle', '--wait', '0s'])).exitCode).toBe(75)
    held.release()
    expect(existsSync(join(town.root, 'daemon/requests/one'))).toBe(true)
  })

  it('only tried leaves them too', async () => {
    town.write('daemon/requests/one', '')
    expect((await town.run(['--lifecycle', '--dry-run'])).exitCode).toBe(0)
    expect(existsSync(join(town.root, 'daemon/requests/one'))).toBe(true)
  })
})

describe('the log', () => {
  it('says a condition when it begins and when it ends, not in each check', async () => {
    town.programs.spoil('bd', refuses('database is locked'))
    for (let check = 0; check < 3; check++) await town.run(['--once'])
    town.programs.mend('bd')
    await town.run(['--once'])
    const text = log().join('\n')
    expect(text.match(/Warning: cannot see .*database is locked/g)?.length).toBe(
      new Set(log().filter((line) => line.includes('database is locked'))).size,
    )
    expect(log().filter((line) => line === 'This town is unknown')).toHaveLength(1)
    expect(log().filter((line) => line === 'Over: unknown')).toHaveLength(1)
    expect(log().filter((line) => line.startsWith('Heartbeat complete'))).toHaveLength(4)
  })

  it('says a closed gate once', async () => {
    town.write('ESTOP', '')
    for (let check = 0; check < 3; check++) await town.run(['--once'])
    expect(log().filter((line) => line.startsWith('emergency stop'))).toHaveLength(1)
    expect(log()).toHaveLength(4)
  })

  it('has a line for a deed, the one that a dry run prints', async () => {
    await town.crash('deacon')
    const would = (await town.run(['--once', '--dry-run'])).stdout
      .split('\n')
      .find((line) => line.includes('start deacon'))
    await town.run(['--once'])
    expect(log()).toContain(would?.trim())
  })
})

describe('what a person wants to hear', () => {
  it('onFailure is run when the town becomes critical or unknown, once, without a shell', async () => {
    const heard = join(town.stage, 'heard')
    const script = join(town.stage, 'alarm')
    town.configure({ onFailure: `/bin/sh "${script}" '$(touch pwned)'` })
    town.write('../alarm', `echo "$1 $GT_HEARTBEAT_VERDICT $GT_HEARTBEAT_EXIT_CODE $GT_HEARTBEAT_TOWN" >>"${heard}"\n`)
    await town.run(['--once'])
    expect(existsSync(heard)).toBe(false)
    town.programs.spoil('bd', refuses('locked'))
    for (let check = 0; check < 2; check++) await town.run(['--once'])
    const line = `$(touch pwned) unknown 3 ${town.root}\n`
    expect(readFileSync(heard, 'utf8')).toBe(line)
    town.programs.mend('bd')
    await town.run(['--once'])
    town.programs.spoil('bd', refuses('locked'))
    await town.run(['--once'])
    expect(readFileSync(heard, 'utf8')).toBe(line + line)
    expect(existsSync(join(town.root, 'pwned'))).toBe(false)
  })

  it('an onFailure that fails is said, and tried again', async () => {
    town.configure({ onFailure: '/bin/sh -c "exit 5"' })
    town.programs.spoil('bd', refuses('locked'))
    for (let check = 0; check < 2; check++) await town.run(['--once'])
    expect(log().filter((line) => line.startsWith('Warning: onFailure: '))).toHaveLength(2)
  })

  it('metrics are a text file that node_exporter reads', async () => {
    const metrics = join(town.stage, 'gt.prom')
    town.configure({ metrics })
    await town.run(['--once'])
    const text = readFileSync(metrics, 'utf8')
    expect(text).toContain(
      `# TYPE gt_heartbeat_last_check_exit_code gauge\ngt_heartbeat_last_check_exit_code{town="${town.root}"} 0\n`,
    )
    for (const line of text.trimEnd().split('\n'))
      expect(line).toMatch(/^(# (HELP|TYPE) \S+ .+|\w+\{town="[^"]+"\} [\d.]+)$/)
  })

  it('what cannot be written is a blind spot, and the rest is written', async () => {
    town.configure({ metrics: '/nowhere/at/all.prom' })
    const check = await town.run(['--once'])
    expect(check.exitCode).toBe(3)
    expect(check.stdout).toContain('the metrics file: cannot be written')
    expect(town.read('daemon/next-interval')).toBe('300\n')
  })
})

describe('daemon/heartbeat/town.json', () => {
  it('says how the town is reached and by which programs, is written when that changes, and keeps what is not ours', async () => {
    await town.run(['--once'])
    const path = 'daemon/heartbeat/town.json'
    const sign = '.beads holds a database of its own, without a server'
    expect(json(path)).toEqual({
      schema: 1,
      socket: town.tmux.socket,
      dialect: 'classic',
      decidedFrom: [
        sign,
        'gt is version 0.1.0',
        'bd is version 0.41.0',
        `the session gt-deacon stands on the tmux socket ${town.tmux.socket}`,
      ],
      signs: [sign],
      gt: { path: join(town.programs.bin, 'gt'), size: expect.any(Number), mtimeMs: expect.any(Number) },
      bd: expect.objectContaining({ path: join(town.programs.bin, 'bd') }),
    })
    const written = statSync(join(town.root, path)).ino
    await town.run(['--once'])
    expect(statSync(join(town.root, path)).ino).toBe(written)
    town.write(path, JSON.stringify({ ...json(path), theirs: 1, dialect: 'other' }))
    await town.run(['--once'])
    expect(json(path)).toMatchObject({ theirs: 1, dialect: 'classic' })
  })
})
