import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openLog } from '../../src/ports/log.js'
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import { cases, long } from '../support/faults/form.js'
import { type LaterCheck, type PassingTime, passingTime, patience } from '../support/faults/passing-time.js'
import { lastActivity } from '../support/time-travel.js'

const WITNESS = 'gastown/witness'
const TOAST = 'gastown/polecats/toast'
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

let town: FakeTown
let time: PassingTime

beforeEach(async () => {
  town = raiseTown()
  town.addRig('gastown')
  time = passingTime(town)
  await town.wake('deacon', WITNESS)
})
afterEach(() => town.end())

/** Answers as fast as a shell can: nobody has a bead, and nobody mail. */
const noIssues = (): void =>
  town.programs.replace('bd', [
    '/bin/sh',
    '-c',
    'case "$1" in --version) echo "bd version 0.41.0" ;; *) echo "[]" ;; esac',
    'bd',
  ])

const programsOf = ({ document }: LaterCheck): string =>
  document.children
    .map(({ program, calls }) => `${calls} ${program}`)
    .sort()
    .join(', ')

const intervalOf = ({ document }: LaterCheck): number => document.next.intervalSeconds / 60

const sizes = (folder: string): Readonly<Record<string, number>> => {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const files = names.filter((name) => lstatSync(join(folder, name)).isFile())
  return Object.fromEntries(files.map((name) => [name, statSync(join(folder, name)).size]))
}

describe('a town in which nobody does anything', () => {
  it('is looked at once an hour, by three programs each time', { timeout: patience }, async (ctx) => {
    const hours = cases(10, 7 * 24)
    noIssues()
    town.write('daemon/activity.json', '{}')
    lastActivity(town.root, 0)
    const [first, ...checks] = await time.checksFor(hours * HOUR)
    expect(first?.document.exitCode).toBe(0)
    // 5, 10 and 30 minutes as it falls asleep, then an hour each.
    expect(checks.length).toBeLessThanOrEqual(hours + 4)
    expect(new Set(checks.map(programsOf))).toEqual(new Set(['1 tmux, 2 bd']))
    expect(new Set(checks.map(({ document }) => document.exitCode))).toEqual(new Set([0]))
    expect(checks.slice(4).map(intervalOf)).toEqual(checks.slice(4).map(() => 60))
    const stretches = checks.map(intervalOf)
    expect(stretches).toEqual(stretches.toSorted((one, other) => one - other))
    ctx.annotate(`${checks.length + 1} checks in ${hours} hours: a town idle`)
  })

  it('costs no more the thousandth time than the tenth', { timeout: patience }, async (ctx) => {
    const count = cases(24, 1000)
    noIssues()
    town.configure({ logSize: '16KB', historySize: '16KB' })
    const checks: LaterCheck[] = []
    const ledgers: number[] = []
    const before = readdirSync(tmpdir()).length
    for (let number = 0; number < count; number++) {
      checks.push(await time.check())
      time.pass(5 * MINUTE)
      const found = sizes(join(town.root, 'daemon'))
      ledgers.push(found['heartbeat/ledger.json'] ?? 0)
      for (const log of ['daemon.log', 'heartbeat/history.jsonl'])
        expect((found[log] ?? 0) + (found[`${log}.1`] ?? 0)).toBeLessThanOrEqual(16 * 1024)
    }
    const median = (of: readonly LaterCheck[]): number =>
      of.map(({ peak }) => peak).toSorted((one, other) => one - other)[5] ?? 0
    expect(median(checks.slice(-10))).toBeLessThan(median(checks.slice(1, 11)) * 1.15)
    expect(checks.at(-1)?.descriptors).toBe(checks[1]?.descriptors)
    expect(ledgers.at(-1)).toBe(ledgers[9])
    const names = Object.keys(sizes(join(town.root, 'daemon'))).toSorted()
    const wanted = [
      'daemon.log',
      'heartbeat.config.json',
      'heartbeat/first-questions.json',
      'heartbeat/history.jsonl',
      'heartbeat/ledger.json',
      'heartbeat/lock',
      'heartbeat/next',
      'heartbeat/town.json',
      'next-interval',
      'state.json',
    ]
    expect(names.filter((name) => !name.endsWith('.1'))).toEqual(wanted)
    expect(Math.abs(readdirSync(tmpdir()).length - before)).toBeLessThan(50)
    if (long) expect(names).toContain('heartbeat/history.jsonl.1')
    ctx.annotate(`${count} quiet checks in a row: memory, descriptors, files and ledger`)
  })
})

describe('a machine that sleeps each night', () => {
  it('is woken to a town whose dead are started, and nobody is told of ages that are wrong', {
    timeout: patience,
  }, async (ctx) => {
    const nights = cases(2, 7)
    town.addWorker(TOAST)
    town.addIssue({ id: 'gt-w1', status: 'hooked' }, 'gastown')
    await town.wake(TOAST)
    for (let night = 0; night < nights; night++) {
      const works = () => town.setBead(TOAST, { state: 'working', hook: 'gt-w1', updatedAt: new Date(time.now()) })
      works()
      await time.check()
      time.pass(MINUTE)
      expect((await time.check()).document.actions).toEqual([])
      await town.crash(WITNESS)
      time.pass(9 * HOUR)
      const { document } = await time.check()
      expect(document.actions.map(({ kind, agent, outcome }) => [kind, agent, outcome])).toEqual([
        ['start', WITNESS, 'done'],
      ])
      expect(document.findings.filter(({ verdict }) => verdict === 'stalled')).toEqual([])
      works()
      time.pass(5 * MINUTE)
      expect((await time.check()).document.actions).toEqual([])
      time.pass(HOUR)
    }
    expect(town.mails()).toEqual([])
    ctx.annotate(`${nights} nights: a machine asleep`)
  })
})

describe('the log of a year', () => {
  it('stays under its bound, and its newest lines are there', () => {
    const [logSize, historySize] = [256 * 1024, 256 * 1024]
    const log = openLog({ root: town.root, logSize, historySize })
    for (let line = 1; line <= 10_000; line++) {
      log.line(`Heartbeat complete (#${line}): ${'x'.repeat(line % 90)}`)
      log.history({ line, text: 'é'.repeat(line % 90) })
    }
    for (const [name, bound] of [
      ['daemon.log', logSize],
      ['heartbeat/history.jsonl', historySize],
    ] as const) {
      const path = join(town.root, 'daemon', name)
      expect(statSync(path).size + statSync(`${path}.1`).size).toBeLessThanOrEqual(bound)
      expect(readFileSync(path, 'utf8').trimEnd().split('\n').at(-1)).toMatch(/10000/)
      expect(statSync(path).mode & 0o777).toBe(0o600)
    }
    expect(readdirSync(join(town.root, 'daemon')).filter((name) => name.startsWith('daemon.log'))).toHaveLength(2)
  })
})
