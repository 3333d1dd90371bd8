import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CheckDocument, readDocument } from '../support/check-document.js'
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import { waitFor } from '../support/wait-for.js'

let town: FakeTown

beforeEach(() => {
  town = raiseTown()
})
afterEach(() => town.end())

const check = async (): Promise<CheckDocument> => readDocument((await town.run(['--once', '--json'])).stdout)
const deedsOf = ({ actions }: CheckDocument): readonly string[] =>
  actions.map(({ kind, agent, outcome }) => `${kind} ${agent} ${outcome}`)

describe('the command line', () => {
  it.each([
    [['--onec'], /--once/],
    [['--once', '--lifecycle'], /--lifecycle/],
    [['--once', '--wait', 'soon'], /--wait/],
    [['--once', 'now'], /now/],
    [['--once', '--trust-beads=maybe'], /trust-beads/],
  ])('%j is refused in one line that says what was meant', async (words, hint) => {
    const { exitCode, stdout, stderr } = await town.run(words)
    expect([exitCode, stdout]).toEqual([64, ''])
    expect(stderr).toMatch(hint)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })

  it('without a word gets the help, and 64', async () => {
    expect(await town.bare([])).toMatchObject({ exitCode: 64, stdout: '' })
  })

  it('that forces a kind of town which nobody knows is told those that are, 78', async () => {
    const { exitCode, stderr } = await town.run(['--once', '--dialect', 'ancient'])
    expect(exitCode).toBe(78)
    expect(stderr).toContain('"ancient" is no kind of town: classic or current')
  })

  it('takes more words from $GT_HEARTBEAT_OPTS', async () => {
    const { stdout } = await town.run(['--once'], { env: { ...town.env, GT_HEARTBEAT_OPTS: '--dry-run "--json"' } })
    expect(readDocument(stdout).run.dryRun).toBe(true)
    const wrong = await town.run(['--once'], { env: { ...town.env, GT_HEARTBEAT_OPTS: '--nope' } })
    expect(wrong.exitCode).toBe(64)
    expect(wrong.stderr).toContain('GT_HEARTBEAT_OPTS')
  })

  it('asks for help and the version, and gets them', async () => {
    expect(await town.run(['--help'])).toMatchObject({ exitCode: 0, stderr: '' })
    expect((await town.run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('the town', () => {
  it('that is none: 78, with the place', async () => {
    const { exitCode, stderr } = await town.run(['--once', '--town', join(town.root, 'deacon')])
    expect(exitCode).toBe(78)
    expect(stderr).toContain('mayor/town.json')
  })

  it('that two places name differently: 78, both named', async () => {
    const other = join(town.stage, 'other')
    mkdirSync(join(other, 'mayor'), { recursive: true })
    writeFileSync(join(other, 'mayor/town.json'), '{"type":"town","version":1,"name":"other"}')
    const env = { ...town.env, GT_TOWN_ROOT: other }
    const { exitCode, stderr } = await town.bare(['--once'], { env, cwd: town.root })
    expect(exitCode).toBe(78)
    expect(stderr).toContain(other)
    expect(stderr).toContain(town.root)
  })

  it('is found from a folder below it, and at ~/gt', async () => {
    expect((await town.bare(['--once'], { cwd: join(town.root, 'deacon') })).exitCode).toBe(0)
    const home = dirname(town.root)
    const gt = join(home, 'gt')
    mkdirSync(join(gt, 'mayor'), { recursive: true })
    writeFileSync(join(gt, 'mayor/town.json'), '{"type":"town","version":1,"name":"other"}')
    const { stdout } = await town.bare(['--once', '--dry-run', '--json'], {
      env: { ...town.env, HOME: home },
      cwd: '/',
    })
    expect(readDocument(stdout).town.root).toBe(gt)
  })

  it('whose configuration is wrong: 78, every complaint at once, each with file and key', async () => {
    town.configure({ maxStarts: 'many', deadline: '20', backoff: { hold: 'x' }, speling: 1 })
    const { exitCode, stderr } = await town.run(['--once'])
    expect(exitCode).toBe(78)
    for (const key of ['maxStarts', 'deadline', 'backoff.hold', 'speling']) {
      expect(stderr).toMatch(new RegExp(`heartbeat\\.config\\.json.*${key.replace('.', '\\.')}`))
    }
    expect(town.tmux.sessions()).toEqual([])
  })
})

describe('broken files', () => {
  const HALF = '{"half": '

  it.each([
    ['mayor/town.json', 78, []],
    ['daemon/heartbeat.config.json', 78, []],
    ['mayor/rigs.json', 3, ['start deacon done']],
    ['.beads/routes.jsonl', 3, ['start deacon done', 'start gastown/witness done']],
    ['spawn/pending.json', 3, ['start deacon done', 'start gastown/witness done']],
  ])('%s: the path is said, nothing is guessed, the file stays as it is', async (path, exitCode, deeds) => {
    town.addRig('gastown')
    town.write(path, HALF)
    const ended = await town.run(['--once', '--json'])
    expect(ended.exitCode).toBe(exitCode)
    expect(ended.stdout + ended.stderr).toContain(path)
    expect(deedsOf(readDocument(ended.stdout))).toEqual(deeds)
    expect(town.read(path)).toBe(HALF)
  })

  it.each(['daemon/heartbeat/ledger.json', 'daemon/heartbeat/town.json', 'daemon/state.json'])(
    '%s is ours: it is set aside, said, and the dead are started',
    async (path) => {
      town.addRig('gastown')
      town.write(path, HALF)
      const ended = await town.run(['--once', '--json'])
      expect(deedsOf(readDocument(ended.stdout))).toEqual(['start deacon done', 'start gastown/witness done'])
      expect(ended.stdout + ended.stderr + town.read('daemon/daemon.log')).toContain(path)
      const aside = readdirSync(dirname(join(town.root, path))).filter((name) => name.includes('.corrupt-'))
      expect(aside.map((name) => town.read(join(dirname(path), name)))).toEqual([HALF])
      expect(() => JSON.parse(town.read(path) ?? '')).not.toThrow()
    },
  )

  it('a lost ledger carries out no request that may be done already, sends no notice, marks nobody', async () => {
    town.addRig('gastown')
    await town.wake('deacon', 'gastown/witness')
    town.raiseFlag('gastown/witness', 'cycle')
    const mail = town.sendMail({ from: 'gastown/witness', subject: 'LIFECYCLE: x', body: 'cycle', secondsAgo: 5 })
    town.setBead('gastown/polecats/gone', { state: 'dead', hook: 'gt-w1' })
    town.addIssue({ id: 'gt-w1', status: 'hooked' })
    town.write('daemon/heartbeat/ledger.json', HALF)
    const before = town.tmux.sessions()
    const document = await check()
    expect([document.exitCode, deedsOf(document)]).toEqual([3, []])
    expect((await check()).exitCode).toBe(1)
    expect(town.issue(mail)?.status).toBe('open')
    expect(town.tmux.sessions()).toEqual(before)
  })

  it("an agent's state file: its request stays, the file too", async () => {
    town.addRig('gastown')
    await town.wake('deacon', 'gastown/witness')
    town.write('gastown/witness/state.json', HALF)
    const mail = town.sendMail({ from: 'gastown/witness', subject: 'LIFECYCLE: x', body: 'cycle' })
    const document = await check()
    expect(document.actions).toEqual([])
    expect(document.exitCode).toBe(3)
    expect(JSON.stringify(document)).toContain('gastown/witness/state.json')
    expect(town.issue(mail)?.status).toBe('open')
    expect(town.read('gastown/witness/state.json')).toBe(HALF)
  })

  it('activity.json: the town counts as busy', async () => {
    town.write('daemon/activity.json', HALF)
    expect((await check()).next.intervalSeconds).toBe(300)
    expect(town.read('daemon/activity.json')).toBe(HALF)
  })

  it('rigs.json that is gone: nobody can tell which rigs there are', async () => {
    rmSync(join(town.root, 'mayor/rigs.json'))
    const document = await check()
    expect([document.exitCode, deedsOf(document)]).toEqual([3, ['start deacon done']])
  })
})

describe('an environment with nothing in it', () => {
  it('but a PATH, as cron gives it, is enough, and the agents have what the profile exports', async () => {
    town.addRig('gastown')
    const env = {
      PATH: town.env['PATH'] ?? '',
      HOME: town.env['HOME'] ?? '',
      TMUX_TMPDIR: town.env['TMUX_TMPDIR'] ?? '',
    }
    const profile = 'export ANTHROPIC_API_KEY=from-the-profile\n'
    for (const name of ['.profile', '.zprofile']) town.write(`../home/${name}`, profile)
    const ended = await town.run(['--once', '--json'], { env, cwd: '/' })
    expect(deedsOf(readDocument(ended.stdout))).toEqual(['start deacon done', 'start gastown/witness done'])
    const started = await waitFor('both run', () => {
      const agents = town.programs.calls().filter(({ program }) => program === 'claude')
      return agents.length === 2 && agents
    })
    for (const { env: had } of started) expect(had['ANTHROPIC_API_KEY']).toBe('from-the-profile')
  })

  it('at all: it says what is missing and does not fall over', async () => {
    town.configure({ tmuxSocket: town.tmux.socket })
    const ended = await town.run(['--once', '--json'], { env: {}, cwd: '/' })
    expect([0, 69]).toContain(ended.exitCode)
    expect(readDocument(ended.stdout).schema).toBe(1)
  })
})
