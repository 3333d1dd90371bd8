import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { changeRecord } from '../../src/domain/ledger.js'
import { redacted } from '../../src/domain/redaction.js'
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import { cases } from '../support/faults/form.js'
import { patience } from '../support/faults/passing-time.js'
import { installStage } from '../support/install-stage.js'
import { processesOf } from '../support/leftovers.js'
import { only, refuses } from '../support/stand-ins.js'
import { waitFor } from '../support/wait-for.js'

/** What nobody may read anywhere. Those of the environment look like nothing in particular. */
const canaries = {
  environment: 'canary0environment0of0the0check',
  profile: 'canary1profile1of1the1login1shell',
  bead: 'sk-ant-api03-canary2bead2description2AAAA',
  pane: 'sk-proj-canary3pane3of3the3stalled3one',
  launch: 'sk-ant-api03-canary4pane4of4a4failed4start',
  mail: 'ghp_canary5mail5body5of5a5request55',
  remote: 'canary6token6in6a6git6url',
  file: 'xoxb-canary7file7that7is7no7JSON',
} as const

const TOAST = 'gastown/polecats/toast'
const RUST = 'gastown/polecats/rust'
const REFINERY = 'gastown/refinery'
const longAgo = new Date(Date.now() - 48 * 3600_000)

let town: FakeTown | undefined

afterEach(() => town?.end())

const secretEnvironment = { ANTHROPIC_API_KEY: canaries.environment, MY_DATABASE_PASSWORD: canaries.environment }

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile())

/** Which canaries a text has, with where it is from. */
const sung = (where: string, text: string): readonly string[] =>
  Object.entries(canaries)
    .filter(([, value]) => text.includes(value))
    .map(([name]) => `${name} in ${where}`)

/** All that anybody can read of these checks: files, mail, and the command lines of everybody. */
function heardOf(stage: FakeTown): readonly string[] {
  const files = filesIn(join(stage.root, 'daemon')).flatMap((path) => sung(path, readFileSync(path, 'latin1')))
  const calls = stage.programs
    .calls()
    .flatMap(({ program, args, env }) => [
      ...sung(`the command line of ${program} ${args[0]}`, args.join(' ')),
      ...sung(`what ${program} is told of the failure`, env['GT_HEARTBEAT_BECAUSE'] ?? ''),
    ])
  const mails = stage.mails().filter(({ assignee }) => assignee !== 'deacon/')
  const letters = mails.flatMap(({ title, description }) => sung('a mail', `${title}\n${description}`))
  const running = processesOf(stage.stage).flatMap(({ command }) => sung('the list of processes', command))
  return [...files, ...calls, ...letters, ...running]
}

const words = [
  ['--once', '--json'],
  ['--once', '-v'],
  ['--lifecycle'],
  ['--once', '--dry-run', '-v'],
  ['status', '-v'],
  ['status', '--json'],
  ['history', '-v'],
  ['history', '--json'],
  ['doctor', '--json'],
  ['report-failure', '2'],
  ['report-failure', '2'],
] as const

/** Runs every command, and says where a canary was heard. */
async function soundOut(stage: FakeTown): Promise<readonly string[]> {
  const env = { ...stage.env, ...secretEnvironment, GT_HEARTBEAT_TRIGGER: 'cron' }
  const heard: string[] = []
  for (const line of words) {
    const { stdout, stderr } = await stage.run(line, { env })
    heard.push(...sung(`what ${line.join(' ')} prints`, stdout + stderr))
  }
  return [...new Set([...heard, ...heardOf(stage)])]
}

/** Nobody is really told. */
function quieten(stage: FakeTown): void {
  for (const name of ['logger', 'notify-send', 'tell']) stage.programs.replace(name, ['true'])
}

describe('secrets in a town', () => {
  it('are nowhere in what a check prints, keeps, mails, or starts', { timeout: patience }, async () => {
    const stage = raiseTown()
    town = stage
    quieten(stage)
    stage.addRig('gastown', { ownDatabase: true })
    stage.configure({ guppAfter: '1s', onFailure: 'tell', backoff: { initial: '1s', max: '1s' } })
    for (const polecat of [TOAST, RUST]) {
      stage.addWorker(polecat)
      const id = `gt-${polecat.split('/').at(-1)}`
      stage.addIssue({ id, status: 'hooked', title: canaries.bead, description: canaries.bead }, 'gastown')
      stage.setBead(polecat, { state: 'working', hook: id, updatedAt: longAgo })
    }
    stage.setBead(REFINERY, { state: 'working', updatedAt: longAgo })
    const bead = stage.bead(REFINERY)
    stage.addIssue({ ...bead, description: `${bead.description}\nkey: ${canaries.bead}` }, 'gastown')
    stage.write('mayor/accounts.json', canaries.file)
    stage.write('gastown/settings/config.json', canaries.file)
    stage.write('spawn/pending.json', canaries.file)
    await stage.wake('deacon', TOAST)
    stage.tmux.tmux('send-keys', '-t', `=${stage.session(TOAST)}:`, `OPENAI_API_KEY=${canaries.pane}`, 'Enter')
    await waitFor('the pane shows it', () => stage.tmux.screen(stage.session(TOAST)).includes(`heard: OPENAI`))
    // Who else is started ends at once, and says why; git and gt say what they should not.
    stage.programs.spoil(
      'claude',
      `case "$PWD" in */witness) echo "${canaries.launch} is invalid"; sleep 0.05; exit 3 ;; esac\n`,
    )
    stage.programs.spoil(
      'git',
      only('fetch*', refuses(`unable to access 'https://me:${canaries.remote}@host/x.git/'`, 128)),
    )
    stage.programs.spoil('gt', only('mail*send*', 'echo "Error: rejected: $ANTHROPIC_API_KEY" >&2; exit 1\n'))
    stage.sendMail({
      from: 'gastown/witness',
      subject: `lifecycle: ${canaries.mail}`,
      body: `do token=${canaries.mail}`,
    })
    await stage.run(['--once'])
    const absentSince = Date.now() - 5 * 60_000
    stage.changeLedger((ledger) => changeRecord(ledger, REFINERY, (record) => ({ ...record, absentSince })))
    const heard = await soundOut(stage)
    expect(heard).toEqual([])
    const log = stage.read('daemon/daemon.log') ?? ''
    // All of it came by.
    for (const line of ['*** is invalid', 'https://***@host', 'rejected: ***', 'unparseable body'])
      expect(log).toContain(line)
    expect(stage.read('daemon/heartbeat/history.jsonl')).toContain('OPENAI_API_KEY=***')
    expect(stage.bead(REFINERY).description).toMatch(new RegExp(`agent_state: dead[^]*key: ${canaries.bead}`))
  })

  it('of a login shell reach gt by its environment only', { timeout: patience }, async () => {
    const stage = raiseTown({ kind: 'current' })
    town = stage
    quieten(stage)
    stage.addRig('demo')
    stage.write('../home/.profile', `export ANTHROPIC_API_KEY=${canaries.profile}\n`)
    stage.configure({ launchShell: '/bin/sh', onFailure: 'tell' })
    await stage.wake('deacon')
    stage.programs.spoil('gt', only('witness*start*', 'echo "using $ANTHROPIC_API_KEY"; exit 0\n'))
    expect(await soundOut(stage)).toEqual([])
    const start = stage.programs.calls().find(({ program, args }) => program === 'gt' && args[0] === 'witness')
    expect(start?.env['ANTHROPIC_API_KEY']).toBe(canaries.profile)
    expect(stage.read('daemon/daemon.log')).toContain('using ***')
  })
})

describe('secrets of whoever installs', () => {
  it.each(['systemd', 'cron'])('are in no file that is written, and in nothing that is said: %s', async (scheduler) => {
    const ended: (() => unknown)[] = []
    const stage = installStage({ onTestFinished: (end) => void ended.push(end as () => unknown) })
    const env = { ...secretEnvironment, GITHUB_TOKEN: canaries.remote, GT_DOLT_PASSWORD: canaries.profile }
    for (const line of [
      ['install', '--dry-run'],
      ['install'],
      ['install', '--json'],
      ['doctor'],
      ['uninstall', '--dry-run'],
    ]) {
      const scheduled = line[0] === 'doctor' ? line : [...line, '--scheduler', scheduler]
      const { stdout, stderr, exitCode } = await stage.run(scheduled, env)
      expect([line, line[0] === 'doctor' ? 0 : exitCode]).toEqual([line, 0])
      expect(sung(line.join(' '), stdout + stderr)).toEqual([])
    }
    expect(filesIn(stage.home).flatMap((path) => sung(path, readFileSync(path, 'latin1')))).toEqual([])
    expect(stage.calls().flatMap((call) => sung('a command line', call))).toEqual([])
    for (const end of ended) end()
  })
})

describe('what is taken out of a text', () => {
  it('leaves JSON what it is', { timeout: patience }, () => {
    const secret = fc.constantFrom(
      ...Object.values(canaries),
      '-----BEGIN RSA PRIVATE KEY-----\nMII"x',
      'token: "abcdefgh"',
    )
    const text = fc.array(
      fc.oneof(fc.string({ unit: 'binary' }), secret, fc.constantFrom('"', '\\', '\n', 'KEY=', '://', '@')),
    )
    const whole = fc.dictionary(
      fc.string(),
      text.map((parts) => parts.join('')),
      { maxKeys: 5 },
    )
    const runs = cases(100, 10_000)
    fc.assert(
      fc.property(whole, (value) => {
        expect(Object.keys(JSON.parse(redacted(JSON.stringify([Object.values(value)])))[0] ?? [])).toEqual(
          Object.keys(Object.values(value)),
        )
      }),
      { numRuns: runs },
    )
  })

  it('takes no longer for a text that was made to take long', () => {
    const since = performance.now()
    for (const piece of [
      'a',
      '-',
      'a-',
      'token',
      'token=',
      '://',
      'a://',
      'eyJ.',
      'sk-',
      '-----BEGIN PRIVATE KEY-----',
      'bearer ',
      'A_KEY',
    ])
      redacted(piece.repeat(200_000 / piece.length))
    expect(performance.now() - since).toBeLessThan(5000)
  })

  it.each([
    'gt mail send gastown/witness -s CRASHED_POLECAT: gastown/rust restart failed',
    'fatal: unable to access https://github.com/x/y.git: could not resolve host',
    'ssh://git@github.com/x/y.git',
    'Unexpected token } in JSON at position 3',
    'exit code 1: the token expired',
    '/home/you/.ssh/id_ed25519',
    'bd --readonly list --type=agent --json --limit 0',
  ])('is nothing of: %s', (text) => expect(redacted(text)).toBe(text))
})
