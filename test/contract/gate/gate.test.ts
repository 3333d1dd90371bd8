import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { currentKind } from '../../../src/dialects/current.js'
import { afterLook, askGate, forbidden, type Gate } from '../../../src/gate.js'
import { processOf } from '../../../src/ports/processes.js'
import { findProgram } from '../../../src/ports/program-path.js'
import { town as seen } from '../../support/town-builder.js'
import { waitFor } from '../../support/wait-for.js'
import { type BareTown, bareTown, witness } from './a-town.js'

let bare: BareTown
beforeEach(() => {
  bare = bareTown()
})
afterEach(() => bare.end())

const gate = (): Promise<Gate> => askGate(bare.open())
const daemon = (): number =>
  bare.stay(process.execPath, ['-e', 'setTimeout(() => {}, 6e5)', 'daemon', 'run'], 'gt').pid ?? 0
describe('the gate of a town', () => {
  it('is open when nobody is against it', async () => {
    expect(await gate()).toEqual({ open: true })
  })

  it('is closed by a resident daemon, says so and how to stop it; a look is allowed', async () => {
    const pid = daemon()
    bare.write('daemon/daemon.pid', `${pid}\n4711`)
    expect(await gate()).toEqual({
      open: false,
      reason: 'resident-daemon',
      mayLook: true,
      exitCode: 75,
      because: expect.stringMatching(new RegExp(`pid ${pid}.*gt daemon stop`)),
    })
  })

  it('is open when the number in the pid file is some other program, started long after, gone, or none', async () => {
    const file = bare.write('daemon/daemon.pid', String(bare.stay('sleep', ['600']).pid))
    expect(await gate()).toEqual({ open: true })
    writeFileSync(file, String(daemon()))
    const hourAgo = Date.now() / 1000 - 3600
    utimesSync(file, hourAgo, hourAgo)
    expect(await gate()).toEqual({ open: true })
    for (const text of ['2147483646', 'nonsense', '', '-1']) {
      writeFileSync(file, text)
      expect(await gate()).toEqual({ open: true })
    }
  })

  it.each([
    ['gt', ['feed', '--follow']],
    ['gt', ['daemon', 'logs']],
    ['gt', ['run', 'daemon']],
    ['dolt', ['daemon', 'run']],
  ])('is open when the pid file names another program of the town: %s %j', async (program, words) => {
    const { pid } = bare.stay(process.execPath, ['-e', 'setTimeout(() => {}, 6e5)', ...words], program)
    bare.write('daemon/daemon.pid', String(pid))
    expect(await gate()).toEqual({ open: true })
  })

  it('is open when a number stands somewhere in the pid file, and not at its beginning', async () => {
    bare.write('daemon/daemon.pid', `at ${daemon()}`)
    expect(await gate()).toEqual({ open: true })
  })

  it('is closed when nobody can tell what the pid file says', async () => {
    mkdirSync(join(bare.root, 'daemon/daemon.pid'), { recursive: true })
    const because = expect.stringContaining('daemon.pid is a folder, not a file')
    expect(await gate()).toMatchObject({ open: false, reason: 'resident-daemon', because })
  })

  it('is closed while somebody holds the lock of the daemon or of a shutdown', async (ctx) => {
    if (!findProgram('flock', process.env)) ctx.skip('needs flock: apt-get install util-linux')
    await bare.hold('daemon/shutdown.lock')
    expect(await gate()).toMatchObject({
      reason: 'shutdown',
      exitCode: 0,
      because: expect.stringContaining('shutdown.lock'),
    })
    await bare.hold('daemon/daemon.lock')
    const because = expect.stringContaining('daemon.lock')
    expect(await gate()).toMatchObject({ reason: 'resident-daemon', exitCode: 75, because })
  })

  it.each(['daemon/daemon.lock', 'daemon/shutdown.lock'])('is open when %s only lies there', async (path) => {
    bare.write(path)
    expect(await gate()).toEqual({ open: true })
  })

  it('is closed while the process named in shutting-down lives', async () => {
    const { pid } = bare.stay('sleep', ['600'])
    const file = bare.write('daemon/shutting-down', `${pid}\n`)
    const because = expect.stringMatching(`pid ${pid} of .*shutting-down is at it`)
    expect(await gate()).toMatchObject({ open: false, reason: 'shutdown', mayLook: true, exitCode: 0, because })
    writeFileSync(file, '2147483646')
    expect(await gate()).toEqual({ open: true })
    for (const text of ['soon', 'by 2147483646']) {
      writeFileSync(file, text)
      expect(await gate()).toMatchObject({ reason: 'shutdown', because: expect.stringContaining('names no process') })
    }
  })

  it('is closed when nobody can tell who is named in shutting-down', async () => {
    mkdirSync(join(bare.root, 'daemon/shutting-down'), { recursive: true })
    const because = expect.stringContaining('shutting-down is a folder, not a file')
    expect(await gate()).toMatchObject({ open: false, reason: 'shutdown', because })
  })

  it('is closed, and nobody may look, where the town is no more', async () => {
    const open = bare.open()
    rmSync(join(bare.root, 'mayor/town.json'))
    expect(await askGate(open)).toEqual({
      open: false,
      reason: 'config',
      mayLook: false,
      exitCode: 78,
      because: expect.stringMatching(/^the town is gone: there is no .*mayor\/town\.json any more/),
    })
  })

  it('is open when the process named in shutting-down has ended, though nobody has collected it', async () => {
    // It ends once its parent has become a program that collects nobody.
    const lines =
      'while read -r name </proc/$$/comm && [ "$name" != sleep ]; do sleep 0.05; done & echo $!; exec sleep 600'
    const parent = bare.stay('sh', ['-c', lines])
    let pid = 0
    parent.stdout?.on('data', (text) => {
      pid = Number(text)
    })
    await waitFor('it has ended', () => pid > 0 && processOf(pid)?.state === 'Z')
    bare.write('daemon/shutting-down', String(pid))
    expect(await gate()).toEqual({ open: true })
  })

  it('is closed by ESTOP, empty or not', async () => {
    bare.write('ESTOP')
    expect(await gate()).toMatchObject({ open: false, reason: 'estop', mayLook: true, exitCode: 0 })
  })

  it('is closed for a town that was told to stay down', async () => {
    bare.write('daemon/heartbeat/stand-down/town')
    expect(await gate()).toMatchObject({
      reason: 'stood-down',
      mayLook: true,
      exitCode: 0,
      because: expect.stringContaining('gt-heartbeat up'),
    })
  })

  it('says the first that applies: daemon, shutdown, emergency stop, stood down', async () => {
    const reason = async (): Promise<string | undefined> => {
      const now = await gate()
      return now.open ? undefined : now.reason
    }
    bare.write('daemon/heartbeat/stand-down/town')
    expect(await reason()).toBe('stood-down')
    bare.write('ESTOP')
    expect(await reason()).toBe('estop')
    bare.write('daemon/shutting-down', String(process.pid))
    expect(await reason()).toBe('shutdown')
    bare.write('daemon/daemon.pid', String(daemon()))
    expect(await reason()).toBe('resident-daemon')
    bare.write('daemon/heartbeat.config.json', '{"x":1}')
    expect(await reason()).toBe('config')
  })
})

describe('after the look', () => {
  it('sessions on another tmux socket close the gate', () => {
    expect(afterLook(seen({ socketConflict: 'here and there' }))).toEqual({
      open: false,
      reason: 'other-socket',
      mayLook: true,
      because: 'here and there',
      exitCode: 78,
    })
    expect(afterLook(seen())).toEqual({ open: true })
  })
})

describe('right before a deed', () => {
  it('nothing is against it in a town that nobody stopped', async () => {
    expect(await forbidden(bare.open(), witness)).toBeUndefined()
    for (const settings of ['{"rig":"gastown","values":{},"blocked":[]}', '{}', 'null']) {
      bare.write('.beads-wisp/config/gastown.json', settings)
      expect(await forbidden(bare.open(), witness)).toBeUndefined()
    }
  })

  it.each([
    ['ESTOP', '', /emergency stop/],
    ['ESTOP.gastown', '', /emergency stop of gastown/],
    ['daemon/heartbeat/stand-down/town', '', /the town was told to stay down/],
    ['daemon/heartbeat/stand-down/gastown', '', /gastown was told to stay down; gt-heartbeat up gastown ends that/],
    ['daemon/heartbeat/stand-down/gastown%2Fwitness', '', /gt-heartbeat up gastown\/witness ends that/],
    ['.beads-wisp/config/gastown.json', '{"values":{"status":"parked"}}', /gastown is parked/],
    ['.beads-wisp/config/gastown.json', '{"values":{"status":"docked"}}', /gastown is docked/],
    ['.beads-wisp/config/gastown.json', '{"half', /is no JSON/],
    ['.beads-wisp/config/gastown.json', '[]', /not as gt writes it/],
  ])('%s %s appeared since the look', async (path, content, why) => {
    const open = bare.open()
    expect(await forbidden(open, witness)).toBeUndefined()
    bare.write(path, content)
    expect(await forbidden(open, witness)).toMatch(why)
  })

  it('what only this kind of town has to keep somebody down counts', async () => {
    const open = { ...bare.open(), dialect: currentKind.open(bare.root, []) }
    expect(await forbidden(open, witness)).toBeUndefined()
    bare.write('mayor/daemon.json', '{"patrols":{"witness":{"enabled":false}}}')
    expect(await forbidden(open, witness)).toMatch(/the witness patrol is switched off in/)
    expect(await forbidden(open, { role: 'deacon' })).toBeUndefined()
    bare.write('mayor/daemon.json', '{}')
    bare.write('.beads-wisp/config/gastown.json', '{"values":{"auto_restart":false}}')
    expect(await forbidden(open, witness)).toMatch(/auto_restart is off for gastown/)
    expect(await forbidden(bare.open(), witness)).toBeUndefined()
  })

  it.each(['ESTOP.beta', 'daemon/heartbeat/stand-down/beta', 'daemon/heartbeat/stand-down/gastown%2Frefinery'])(
    '%s is about somebody else',
    async (path) => {
      bare.write(path)
      expect(await forbidden(bare.open(), witness)).toBeUndefined()
    },
  )

  it('a rig has no say about the deacon', async () => {
    for (const path of ['ESTOP.deacon', 'daemon/heartbeat/stand-down/gastown']) bare.write(path)
    expect(await forbidden(bare.open(), { role: 'deacon' })).toBeUndefined()
    bare.write('daemon/heartbeat/stand-down/deacon')
    expect(await forbidden(bare.open(), { role: 'deacon' })).toMatch(/deacon was told/)
  })
})
