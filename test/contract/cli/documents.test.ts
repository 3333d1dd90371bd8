import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import Ajv2020 from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FakeTown, raiseTown } from '../../support/fake-town.js'
import { refuses } from '../../support/stand-ins.js'

let town: FakeTown
beforeEach(() => {
  town = raiseTown()
  town.addRig('gastown')
})
afterEach(() => town.end())

const ajv = new Ajv2020.default({ strict: false, allErrors: true })
addFormats.default(ajv)
const published = (name: string): object =>
  JSON.parse(readFileSync(fileURLToPath(new URL(`../../../docs/schema/${name}.schema.json`, import.meta.url)), 'utf8'))
const schemas = {
  report: ajv.compile(published('report')),
  status: ajv.compile(published('status')),
  history: ajv.compile(published('history')),
  doctor: ajv.compile(published('doctor')),
}

/** What a command printed, once it fits its published schema. */
async function documentOf(kind: keyof typeof schemas, words: readonly string[]) {
  const { stdout, stderr, exitCode } = await town.run([...words, '--json'])
  const document = JSON.parse(stdout)
  expect(schemas[kind](document), JSON.stringify(schemas[kind].errors)).toBe(true)
  expect([stderr, document.exitCode ?? 0]).toEqual(['', exitCode])
  return document
}

describe('the JSON document', () => {
  it('of a check fits its published schema, whatever became of it', async () => {
    const env = { GT_HEARTBEAT_TRIGGER: 'cron' }
    expect(await documentOf('report', ['--once', '--dry-run'])).toMatchObject({
      run: { dryRun: true, trigger: 'manual' },
    })
    expect(await documentOf('report', ['--once'])).toMatchObject({ verdict: 'ok', exitCode: 0 })
    expect(JSON.parse((await town.run(['--once', '--json'], { env: { ...town.env, ...env } })).stdout)).toMatchObject({
      run: { trigger: 'cron' },
    })
    expect(await documentOf('report', ['--once', '--if-due'])).toMatchObject({
      gate: { open: false, reason: 'not-due' },
    })
    expect(await documentOf('report', ['--lifecycle'])).toMatchObject({ run: { mode: 'lifecycle' } })
    expect(await documentOf('report', ['--once', '--dialect', 'ancient'])).toMatchObject({
      gate: { reason: 'dialect' },
    })
    town.programs.spoil('bd', refuses('database is locked'))
    expect(await documentOf('report', ['--once'])).toMatchObject({ verdict: 'unknown', exitCode: 3 })
    town.programs.uninstall('bd')
    expect(await documentOf('report', ['--once'])).toMatchObject({ verdict: 'unknown', exitCode: 69 })
    town.configure({ x: 1 })
    expect(await documentOf('report', ['--once'])).toMatchObject({ gate: { reason: 'config' }, exitCode: 78 })
    town.write('mayor/town.json', '{')
    expect(await documentOf('report', ['--once'])).toMatchObject({ town: { root: null }, exitCode: 78 })
  })

  it('of the status fits its published schema: before the first check, after it, and when something is wrong', async () => {
    expect(await documentOf('status', ['status'])).toMatchObject({ lastCheck: null, overdue: true, exitCode: 1 })
    await town.run(['--once'])
    await town.run(['down', 'gastown/refinery'])
    town.write('ESTOP.beta', '')
    const after = await documentOf('status', ['status'])
    expect(after).toMatchObject({
      exitCode: 0,
      overdue: false,
      town: { root: town.root, dialect: 'classic', socket: town.tmux.socket },
      lastCheck: { verdict: 'ok', exitCode: 0, gate: null },
      nextCheck: { reason: expect.any(String) },
      backoff: { tier: 1, of: 4 },
      stoodDown: [{ whom: 'gastown/refinery', by: town.env['USER'], since: expect.stringMatching(/Z$/) }],
      emergencyStops: ['ESTOP.beta'],
      startedBy: [],
      deferred: [],
    })
    expect(after.lastCheck.trigger).toBe('manual')
    // Counted from the full minute in which the check began.
    expect(after.nextCheck.inSeconds).toBeGreaterThan(235)
    town.write('daemon/heartbeat/ledger.json', '{')
    town.configure({ x: 1 })
    // A machine without a user manager has one more complaint: whether systemd starts checks is unknown there.
    const complaints: readonly string[] = (await documentOf('status', ['status'])).complaints
    expect(complaints.filter((one) => one.startsWith(town.root))).toHaveLength(2)
    expect(town.read('daemon/heartbeat/ledger.json')).toBe('{')
  })

  it('of the doctor fits its published schema, with a town and without', async () => {
    expect(await documentOf('doctor', ['doctor'])).toMatchObject({
      town: { root: town.root },
      schedules: [],
      exitCode: 2,
    })
    town.write('mayor/town.json', '{')
    expect(await documentOf('doctor', ['doctor'])).toMatchObject({ town: { root: null }, exitCode: 2 })
  })

  it('of the history fits its published schema, with torn lines counted', async () => {
    expect(await documentOf('history', ['history'])).toMatchObject({ checks: [], unreadable: 0 })
    await town.run(['--once'])
    await town.run(['--lifecycle'])
    const line = town.read('daemon/heartbeat/history.jsonl')
    town.write('daemon/heartbeat/history.jsonl', `${line}{"type":"check","ru`)
    await town.run(['--once'])
    const { checks, unreadable } = await documentOf('history', ['history'])
    expect(unreadable).toBe(1)
    expect(checks.map(({ check }: { check: { mode: string } }) => check.mode)).toEqual([
      'heartbeat',
      'lifecycle',
      'heartbeat',
    ])
    expect(checks[0].deeds).toEqual([
      expect.objectContaining({ kind: 'start', agent: 'deacon', outcome: 'done', rule: 'deacon-running' }),
      expect.objectContaining({ kind: 'start', agent: 'gastown/witness', outcome: 'done' }),
    ])
    expect((await documentOf('history', ['history', '-n', '1'])).checks).toHaveLength(1)
  })
})

describe('for people', () => {
  it('the status of a town whose schedule is not in place is an error that says so', async () => {
    expect(await town.run(['status'])).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('last check: never'),
    })
    await town.run(['--once'])
    expect((await town.run(['status'])).stdout).toMatch(/last check: \d+s ago, ok, started by hand\nnext check: in /)
    const past = Date.now() - 3 * 3600_000
    town.changeLedger((ledger) => ({ ...ledger, lastCheck: { startedAt: past, endedAt: past, intervalSeconds: 3600 } }))
    const late = await town.run(['status'])
    expect(late.exitCode).toBe(1)
    expect(late.stdout).toContain('last check: 3h ago')
    expect(late.stdout).toContain('more than two intervals')
    expect((await town.run(['status', '-q'])).stdout).not.toBe('')
  })

  it('the history names every check and what it did', async () => {
    expect((await town.run(['history'])).stdout).toBe('no check has run here yet\n')
    await town.run(['--once'])
    await town.run(['--once'])
    const lines = (await town.run(['history'])).stdout.trimEnd().split('\n')
    expect(lines).toEqual([
      expect.stringMatching(/^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d ok, 2 deeds, \d+\.\d s$/),
      expect.stringMatching(/^ {4}done start deacon: /),
      expect.stringMatching(/^ {4}done start gastown\/witness: /),
      expect.stringMatching(/ ok, \d+\.\d s$/),
    ])
    expect((await town.run(['history', '-q'])).stdout.trimEnd().split('\n')).toHaveLength(3)
  })

  it('neither changes a byte nor makes a file', async () => {
    await town.run(['status'])
    await town.run(['history'])
    expect(town.read('daemon/heartbeat/ledger.json')).toBeUndefined()
    expect(town.read('daemon/daemon.log')).toBeUndefined()
  })
})
