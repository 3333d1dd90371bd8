import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import { cases } from '../support/faults/form.js'
import { type LaterCheck, type PassingTime, passingTime, patience } from '../support/faults/passing-time.js'
import { lastActivity } from '../support/time-travel.js'

const WITNESS = 'gastown/witness'
const TOAST = 'gastown/polecats/toast'
const MINUTE = 60_000
const HOUR = 60 * MINUTE

let town: FakeTown
let time: PassingTime

beforeEach(async () => {
  town = raiseTown()
  town.addRig('gastown')
  town.configure({ launchShell: false })
  // Nobody types a command: checks come as seldom as they may.
  town.write('daemon/activity.json', '{}')
  lastActivity(town.root, 0)
  time = passingTime(town)
  await town.wake('deacon')
})
afterEach(() => town.end())

const diesAtOnce = 'case "$*" in *--awake*) ;; *) echo >>"$stage/starts"; exit 1 ;; esac\n'
/** Counted by the agent itself. */
const startsOf = (): number => readFileSync(join(town.stage, 'starts'), 'utf8').length

describe('an agent that dies as soon as it is started', () => {
  it('is started five times in the first hour, then once an hour, and comes up when it can again', {
    timeout: patience,
  }, async (ctx) => {
    const hours = cases(4, 24)
    town.programs.spoil('claude', diesAtOnce)
    const first: LaterCheck[] = []
    // Somebody checks by hand, again and again: it comes no sooner for that.
    for (let minute = 0; minute < 10; minute++) {
      first.push(await time.check())
      time.pass(MINUTE)
    }
    const minutes = first.flatMap(({ document }, minute) =>
      document.actions.some(({ kind }) => kind === 'start') ? [minute] : [],
    )
    expect(minutes).toEqual([0, 1, 2, 4, 8])
    first.push(...(await time.checksFor(50 * MINUTE)))
    const inFirstHour = startsOf()
    expect(inFirstHour).toBe(5)
    const rest = await time.checksFor((hours - 1) * HOUR)
    // Each hold ends, and none ends early.
    expect(startsOf() - inFirstHour).toBeGreaterThanOrEqual(hours - 2)
    expect(startsOf() - inFirstHour).toBeLessThanOrEqual(hours)
    const checks = [...first, ...rest]
    for (const { document } of checks) expect([1, 2]).toContain(document.exitCode)
    const waits = checks.flatMap(({ document, at }) =>
      document.findings.flatMap(({ until }) => (until ? [Date.parse(until) - at] : [])),
    )
    expect(Math.max(...waits)).toBeLessThanOrEqual(HOUR)
    const notices = town.mails()
    expect(new Set(notices.map(({ title }) => title.replace(/ for .*/, '')))).toEqual(
      new Set([`NEEDS_ATTENTION: ${WITNESS} has been down`]),
    )
    expect(notices.length).toBeLessThanOrEqual(Math.floor(hours / 6) + 1)
    ctx.annotate(`${startsOf()} starts in ${hours} hours and ${checks.length} checks: an agent that dies at once`)
    town.programs.mend('claude')
    await time.checksFor(HOUR + 5 * MINUTE)
    expect(town.isUp(WITNESS)).toBe(true)
  })

  it('is told of once in six hours, and to the mayor as long as the witness is the one that is down', {
    timeout: patience,
  }, async (ctx) => {
    const hours = cases(7, 72)
    town.addWorker(TOAST)
    town.addIssue({ id: 'gt-w1', status: 'hooked' }, 'gastown')
    town.setBead(TOAST, { state: 'working', hook: 'gt-w1' })
    town.configure({ launchShell: false, backoff: { holdAfter: 1 } })
    await town.wake(TOAST)
    town.programs.spoil('claude', diesAtOnce)
    time.pass(HOUR)
    const checks = await time.checksFor(hours * HOUR)
    const all = town.mails()
    expect(new Set(all.map(({ assignee }) => assignee))).toEqual(new Set(['mayor/']))
    for (const kind of ['GUPP_VIOLATION', 'NEEDS_ATTENTION']) {
      const mails = all.filter(({ title }) => title.startsWith(kind))
      expect(mails.length).toBeGreaterThanOrEqual(Math.ceil(hours / 7))
      expect(mails.length).toBeLessThanOrEqual(Math.floor(hours / 6) + 1)
    }
    ctx.annotate(`${all.length} notices in ${hours} hours and ${checks.length} checks: a witness that stays down`)
  })
})
