import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readReport } from '../support/check-document.js'
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import { long } from '../support/faults/form.js'
import { needsTwoUsers, runAs, stranger } from '../support/faults/somebody.js'
import { type Opened, watched } from '../support/faults/watched.js'

const WITNESS = 'gastown/witness'

let town: FakeTown

/** Everything is looked at and written down, and nobody is started: that would take its time. */
beforeEach(() => {
  town = raiseTown()
  town.addRig('gastown')
  town.write('ESTOP', '')
})
afterEach(() => town.end())

const at = (path: string): string => join(town.root, path)
const modeOf = (path: string): string => (fs.statSync(at(path)).mode & 0o777).toString(8)
const daemonFolder = (): readonly string[] =>
  fs.readdirSync(at('daemon'), { recursive: true, encoding: 'utf8' }).map((path) => join('daemon', path))

/** Files that tell nothing of anybody's work, and that people's scripts read. */
const public_ = [
  'daemon/state.json',
  'daemon/next-interval',
  'daemon/heartbeat/next',
  'daemon/heartbeat/stand-down/town',
]

/** All commands that write into the town. */
async function doEverything(umask: string): Promise<void> {
  await runAs(town, ['--once'], { umask })
  await runAs(town, ['--lifecycle'], { umask })
  await runAs(town, ['report-failure', '2'], { umask, env: { GT_HEARTBEAT_TRIGGER: 'cron' } })
  await runAs(town, ['down', 'town'], { umask })
}

function expectClosed(): void {
  const all = daemonFolder()
  expect(all.length).toBeGreaterThan(9)
  for (const path of all) {
    const isFolder = fs.statSync(at(path)).isDirectory()
    const wanted = isFolder ? ['700'] : public_.includes(path) ? ['600', '644'] : ['600']
    expect(wanted, `${path} ${modeOf(path)}`).toContain(modeOf(path))
  }
}

describe('what checks write', () => {
  it.each(long ? ['000', '022', '077'] : ['000', '077'])('is for its owner alone under umask %s', async (umask) => {
    fs.mkdirSync(at('daemon'), { mode: 0o700 })
    await doEverything(umask)
    expectClosed()
  })

  it('is closed again where it was left open', async () => {
    fs.mkdirSync(at('daemon'), { mode: 0o700 })
    await doEverything('022')
    await runAs(town, ['up', 'town'], {})
    for (const path of daemonFolder()) fs.chmodSync(at(path), fs.statSync(at(path)).isDirectory() ? 0o755 : 0o666)
    await doEverything('000')
    expect(modeOf('daemon/heartbeat')).toBe('700')
    // The owner's group may be let in to the log.
    for (const log of ['daemon/daemon.log', 'daemon/heartbeat/history.jsonl']) expect(modeOf(log)).toBe('660')
    for (const file of ['ledger.json', 'failures.json']) expect(modeOf(`daemon/heartbeat/${file}`)).toBe('600')
  })

  it('leaves no broken file of its own readable for others when it sets a copy aside', async () => {
    fs.mkdirSync(at('daemon/heartbeat'), { recursive: true, mode: 0o700 })
    fs.writeFileSync(at('daemon/heartbeat/ledger.json'), 'a secret that is no JSON', { mode: 0o644 })
    const { stdout } = await town.run(['--once', '--json'])
    const [copy = ''] = fs.readdirSync(at('daemon/heartbeat')).filter((name) => name.includes('.corrupt-'))
    expect(modeOf(join('daemon/heartbeat', copy))).toBe('600')
    expect(stdout).not.toContain('a secret')
  })
})

describe('a link where a check would write', () => {
  const folders = ['daemon', 'daemon/heartbeat', 'daemon/heartbeat/stand-down']
  const names = ['lock', 'ledger.json', 'history.jsonl', 'town.json', 'next', 'failures.json', 'first-questions.json']
  const files = names.map((name) => `daemon/heartbeat/${name}`)

  it('is not followed: the check does nothing, names every one, and exits with 78', async () => {
    const precious = join(town.stage, 'precious')
    fs.writeFileSync(precious, 'precious', { mode: 0o640 })
    fs.mkdirSync(at('daemon/heartbeat'), { recursive: true, mode: 0o700 })
    const links = [...files, 'daemon/daemon.log', 'daemon/state.json', 'daemon/next-interval']
    for (const path of links) fs.symlinkSync(precious, at(path))
    for (const words of [
      ['--once'],
      ['--lifecycle'],
      ['--once', '--dry-run'],
      ['down'],
      ['up'],
      ['report-failure', '2'],
    ]) {
      const { exitCode, stderr, stdout, calls } = await town.run(words)
      const isReport = words[0] === 'report-failure'
      expect([words, exitCode]).toEqual([words, isReport ? 0 : 78])
      expect(calls.filter(({ program }) => program !== 'logger')).toEqual([])
      if (!isReport) for (const path of links) expect(`${stdout}${stderr}`).toContain(`${at(path)}: is a link`)
    }
    expect(fs.readFileSync(precious, 'utf8')).toBe('precious')
    expect(fs.statSync(precious).mode & 0o777).toBe(0o640)
    for (const path of links) expect(fs.lstatSync(at(path)).isSymbolicLink()).toBe(true)
  })

  it.each(folders)('in the place of the folder %s is not followed either', async (folder) => {
    const elsewhere = join(town.stage, 'elsewhere')
    fs.mkdirSync(elsewhere, { mode: 0o755 })
    fs.mkdirSync(at(join(folder, '..')), { recursive: true, mode: 0o700 })
    fs.symlinkSync(elsewhere, at(folder))
    for (const words of [['--once'], ['down']]) {
      const { exitCode, stderr } = await town.run(words)
      expect([exitCode, stderr]).toEqual([78, expect.stringContaining(`${at(folder)}: is a link`)])
    }
    expect(fs.readdirSync(elsewhere)).toEqual([])
    expect(fs.statSync(elsewhere).mode & 0o777).toBe(0o755)
  })

  it('that comes only while the check runs is not followed: neither what is appended nor what is replaced', async () => {
    await town.run(['--once'])
    const precious = join(town.stage, 'precious')
    fs.writeFileSync(precious, 'precious')
    const links = ['daemon.log', 'state.json', 'next-interval', 'heartbeat/history.jsonl', 'heartbeat/next'].map(
      (path) => at(join('daemon', path)),
    )
    town.programs.spoil('tmux', links.map((link) => `ln -sfn '${precious}' '${link}'\n`).join(''))
    const { exitCode } = await town.run(['--once'])
    expect(fs.readFileSync(precious, 'utf8')).toBe('precious')
    expect(exitCode).toBeLessThan(4)
    expect(fs.lstatSync(at('daemon/state.json')).isFile()).toBe(true)
  })

  it('has no chance where one is laid before a file of a known name is opened: each is opened as no link, or replaced', async () => {
    const opened: Opened[] = []
    for (const words of [['--once'], ['--once'], ['--lifecycle'], ['report-failure', '2'], ['down'], ['up']])
      opened.push(...(await watched(town, words)).opened)
    const written = opened.filter(({ path, writes }) => writes && path.startsWith(at('daemon')))
    expect(new Set(written.map(({ path }) => path.replace(/\.\d+$/, ''))).size).toBeGreaterThan(7)
    expect(written.filter(({ path, followsLinks }) => followsLinks && !/\.\d+$/.test(path))).toEqual([])
  })
})

describe('a second name of a file that a check would write', () => {
  it('is not written through: a log is begun anew, and the lock says nothing', async () => {
    await town.run(['--once'])
    const names = ['daemon/daemon.log', 'daemon/heartbeat/history.jsonl', 'daemon/heartbeat/lock', 'daemon/state.json']
    for (const [index, path] of names.entries()) {
      fs.writeFileSync(join(town.stage, `other-${index}`), 'precious')
      fs.rmSync(at(path))
      fs.linkSync(join(town.stage, `other-${index}`), at(path))
    }
    const { exitCode } = await town.run(['--once'])
    expect(exitCode).toBeLessThan(4)
    for (const [index] of names.entries())
      expect(fs.readFileSync(join(town.stage, `other-${index}`), 'utf8')).toBe('precious')
    expect(town.read('daemon/daemon.log')).toContain('Check ended')
  })
})

describe('a town that is somebody else’s', () => {
  const give = (path: string, uid = stranger): void => fs.chownSync(path, uid, uid)
  const giveAll = (folder: string): void => {
    give(folder)
    for (const name of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }))
      fs.lchownSync(join(folder, name), stranger, stranger)
  }

  it('is refused, and root is told as whom to run', async (test) => {
    needsTwoUsers(test)
    town.configure({ onFailure: `touch ${join(town.stage, 'was-here')}` })
    giveAll(town.root)
    const commands = [
      ['--once'],
      ['--lifecycle'],
      ['--once', '--dry-run'],
      ['status'],
      ['history'],
      ['down'],
      ['up'],
      ['install'],
    ]
    for (const words of commands) {
      const { exitCode, stdout, stderr, calls } = await town.run(words)
      expect([words, exitCode, calls]).toEqual([words, 78, []])
      expect(`${stdout}${stderr}`).toContain(`belongs to the user with the id ${stranger}, and this runs as 0`)
      expect(`${stdout}${stderr}`).toContain(`sudo -u '#${stranger}'`)
    }
    for (let time = 0; time < 3; time++) await town.run(['report-failure', '2'])
    expect(fs.existsSync(join(town.stage, 'was-here'))).toBe(false)
    expect(fs.existsSync(at('daemon/heartbeat'))).toBe(false)
  })

  it('is checked by its owner, who is not root', async (test) => {
    needsTwoUsers(test)
    fs.rmSync(at('ESTOP'))
    giveAll(town.stage)
    const { exitCode, stdout, stderr } = await runAs(town, ['--once', '--json', '--dry-run'], { uid: stranger })
    expect(stderr).toBe('')
    expect(readReport(stdout).gate).toMatchObject({ open: true })
    expect(exitCode).toBe(0)
  })

  it('is refused also where root is the owner', async (test) => {
    needsTwoUsers(test)
    const { exitCode, stderr } = await runAs(town, ['--once'], { uid: stranger })
    expect([exitCode, stderr]).toEqual([78, expect.stringContaining("sudo -u '#0'")])
  })

  it('in part is refused: its folders and files where checks write', async (test) => {
    needsTwoUsers(test)
    await town.run(['--once'])
    for (const path of ['daemon', 'daemon/heartbeat', 'daemon/heartbeat/ledger.json']) {
      give(at(path))
      const { exitCode, stderr } = await town.run(['--once'])
      expect([exitCode, stderr]).toEqual([78, expect.stringContaining(`${at(path)}: belongs to the user with the id`)])
      give(at(path), 0)
    }
  })

  it('is not entered by the way of the working folder', async (test) => {
    needsTwoUsers(test)
    giveAll(town.root)
    const { exitCode, stderr } = await town.bare(['status'], { cwd: at('gastown') })
    expect([exitCode, stderr]).toEqual([78, expect.stringContaining('belongs to')])
  })
})

describe('a town in which everybody may write', () => {
  it('is refused, with what mends it', async () => {
    await town.run(['--once'])
    for (const path of ['.', 'mayor', 'mayor/town.json', 'daemon', 'daemon/heartbeat']) {
      const { mode } = fs.statSync(at(path))
      fs.chmodSync(at(path), mode | 0o002)
      const { exitCode, stderr } = await town.run(['--once'])
      expect([exitCode, stderr]).toEqual([78, expect.stringContaining(`chmod o-w ${join(town.root, path)}`)])
      fs.chmodSync(at(path), mode)
    }
    expect((await town.run(['--once'])).exitCode).toBe(0)
  })

  it('is none where only the owner’s group may: many systems make every folder so', async () => {
    for (const path of ['.', 'mayor', 'mayor/town.json']) fs.chmodSync(at(path), fs.statSync(at(path)).mode | 0o020)
    expect((await town.run(['--once', '--dry-run'])).exitCode).toBe(0)
  })
})

describe('a configuration', () => {
  const config = 'daemon/heartbeat.config.json'

  it('that everybody may write is not followed', async () => {
    town.configure({ onFailure: 'true' })
    fs.chmodSync(at(config), 0o666)
    const { exitCode, stderr } = await town.run(['--once'])
    expect([exitCode, stderr]).toEqual([78, expect.stringContaining(`chmod o-w ${at(config)}`)])
  })

  it('that is somebody else’s is not followed, named or not', async (test) => {
    needsTwoUsers(test)
    const elsewhere = join(town.stage, 'config.json')
    fs.writeFileSync(elsewhere, JSON.stringify({ onFailure: 'true' }))
    fs.chownSync(elsewhere, stranger, stranger)
    fs.mkdirSync(at('daemon'))
    fs.symlinkSync(elsewhere, at(config))
    for (const words of [['--once'], ['--once', '--config', elsewhere]]) {
      const { exitCode, stderr } = await town.run(words)
      expect([exitCode, stderr]).toEqual([78, expect.stringContaining('belongs to the user with the id 4242')])
    }
  })

  it('may be a link to a file of the same user’s, as managers of dotfiles make them', async () => {
    const dotfile = join(town.stage, 'dotfiles/heartbeat.json')
    fs.mkdirSync(join(town.stage, 'dotfiles'))
    fs.writeFileSync(dotfile, JSON.stringify({ maxStarts: 3 }))
    fs.mkdirSync(at('daemon'))
    fs.symlinkSync(dotfile, at(config))
    expect((await town.run(['--once'])).exitCode).toBe(0)
    expect(fs.lstatSync(at(config)).isSymbolicLink()).toBe(true)
  })

  it('may name a metrics file that is a link, and the link stays', async () => {
    const metrics = join(town.stage, 'metrics')
    fs.mkdirSync(join(town.stage, 'collector'))
    fs.writeFileSync(join(town.stage, 'collector/town.prom'), '', { mode: 0o644 })
    fs.symlinkSync(join(town.stage, 'collector/town.prom'), metrics)
    town.configure({ metrics })
    await town.run(['--once'])
    expect(fs.lstatSync(metrics).isSymbolicLink()).toBe(true)
    expect(fs.readFileSync(join(town.stage, 'collector/town.prom'), 'utf8')).toContain('gt_heartbeat_agents')
  })

  it('cannot have a metrics file written into what is somebody else’s', async (test) => {
    needsTwoUsers(test)
    const [metrics, precious] = [join(town.stage, 'metrics'), join(town.stage, 'precious')]
    fs.writeFileSync(precious, 'precious')
    fs.chownSync(precious, stranger, stranger)
    fs.symlinkSync(precious, metrics)
    town.configure({ metrics })
    const { blindSpots } = readReport((await town.run(['--once', '--json'])).stdout)
    expect(blindSpots).toContainEqual({ what: 'the metrics file', why: expect.stringContaining('somebody else') })
    expect(fs.readFileSync(precious, 'utf8')).toBe('precious')
  })
})

describe('a program in the town’s own folder', () => {
  it('is not run, also where PATH has places that are no absolute path', async () => {
    const marker = join(town.stage, 'was-here')
    for (const name of ['bd', 'gt', 'tmux', 'git', 'sh']) {
      town.write(name, `#!/bin/sh\ntouch '${marker}'\n`)
      fs.chmodSync(at(name), 0o755)
    }
    const { PATH = '' } = town.env
    const { calls, exitCode } = await town.run(['--once'], { env: { ...town.env, PATH: `:.:${PATH}` } })
    expect([exitCode, fs.existsSync(marker)]).toEqual([0, false])
    expect(new Set(calls.map(({ program }) => program))).toEqual(new Set(['bd', 'gt', 'tmux']))
  })
})

describe('a tmux socket that is somebody else’s', () => {
  it('is not asked: whoever listens there would be told the environment of the check', async (test) => {
    needsTwoUsers(test)
    fs.rmSync(at('ESTOP'))
    await town.wake('deacon', WITNESS)
    fs.lchownSync(town.tmux.socket, stranger, stranger)
    const check = await town.run(['--once', '--json'])
    const document = readReport(check.stdout)
    expect([document.exitCode, document.actions]).toEqual([3, []])
    expect(JSON.stringify(document.blindSpots)).toContain('belongs to another user')
    expect(check.calls.filter(({ program, args }) => program === 'tmux' && args.includes(town.tmux.socket))).toEqual([])
    fs.lchownSync(town.tmux.socket, 0, 0)
  })

  it('could come to stand in a folder of theirs: no session is made there', async (test) => {
    needsTwoUsers(test)
    fs.rmSync(at('ESTOP'))
    const folder = join(town.tmux.socket, '..')
    fs.chownSync(folder, stranger, stranger)
    fs.chmodSync(folder, 0o777)
    const check = await town.run(['--once', '--json'])
    expect([check.exitCode, readReport(check.stdout).actions]).toEqual([3, []])
    expect(check.calls.filter(({ program }) => program === 'tmux')).toEqual([])
  })
})
