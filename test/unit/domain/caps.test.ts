import { describe, expect, it } from 'vitest'
import { capsOf } from '../../../src/domain/caps.js'
import { nextHeartbeat } from '../../../src/domain/schedule.js'
import type { Course } from '../../../src/domain/verdict.js'
import { defaultSettings, HOUR, MINUTE, NOW } from '../../support/town-builder.js'
import { carryOut, finding, notify, start, went } from '../heartbeat-parts.js'

const nothing: Course = { outcomes: [], blindSpots: [], findings: [] }
/** The next interval of a town that was idle for two hours. */
const nextIn = (course: Partial<Course>, closed?: string): number =>
  nextHeartbeat(
    { startedAt: NOW, now: NOW, idleSeconds: 7200, intervals: defaultSettings.intervals },
    capsOf({ ...nothing, ...course }, { now: NOW, closed }),
  ).intervalSeconds

const soon = { because: 'the budget is spent', soon: true }
const attached = { because: 'a person is attached', soon: false }

describe('an idle town is looked at again', () => {
  it.each<[string, Partial<Course>, number]>([
    ['in an hour when nothing happened', {}, 3600],
    ['within 5 minutes of a start', { outcomes: [went('done', start('deacon'))] }, 300],
    ['also where a dry run would have started', { outcomes: [went('would', start('deacon'))] }, 300],
    ['within 5 minutes of a kill', { outcomes: [went('done', carryOut('shutdown'))] }, 300],
    ['within 5 minutes of a failure', { outcomes: [went('failed', notify('gastown/polecats/nux'))] }, 300],
    ['in an hour after a mail', { outcomes: [went('done', notify('gastown/polecats/nux'))] }, 3600],
    ['within 5 minutes of a blind spot', { blindSpots: [{ what: 'the mail', why: 'no' }] }, 300],
    [
      'in a minute when budget or time ran out',
      { outcomes: [went('deferred', start('deacon', { deferred: soon }))] },
      60,
    ],
    [
      'within 5 minutes when a start waits for a person to leave',
      { outcomes: [went('deferred', start('deacon', { deferred: attached }))] },
      300,
    ],
    [
      'in an hour when a request waits for a person to leave',
      { outcomes: [went('deferred', carryOut('cycle', { deferred: attached }))] },
      3600,
    ],
    ['within 5 minutes of an agent that is blocked', { findings: [finding({ state: 'blocked' })] }, 300],
    [
      'within 5 minutes of an agent that starts',
      { findings: [finding({ state: 'starting', wantsPerson: false })] },
      300,
    ],
    ['in an hour when an agent is paused', { findings: [finding({ state: 'paused', wantsPerson: false })] }, 3600],
    ['in an hour when an agent that nothing restarts is not understood', { findings: [finding({})] }, 3600],
    ['when somebody may be tried again', { findings: [finding({ until: NOW + 20 * MINUTE })] }, 1200],
    ['but not within the minute', { findings: [finding({ until: NOW + 5000 })] }, 60],
    ['nor for a time that is over', { findings: [finding({ until: NOW - HOUR })] }, 60],
  ])('%s', (_, course, seconds) => {
    expect(nextIn(course)).toBe(seconds)
  })

  it.each([
    ['by the time at which an agent is to be reported', 12 * MINUTE, 720],
    ['but not within the minute of it', 1000, 60],
    ['and no later than when an agent may be tried again', 40 * MINUTE, 1200],
  ])('%s', (_, ms, seconds) => {
    const course = { ...nothing, findings: [finding({ state: 'held', until: NOW + 20 * MINUTE })] }
    const caps = capsOf(course, { now: NOW, closed: undefined, reportAt: NOW + ms })
    const { intervals } = defaultSettings
    expect(nextHeartbeat({ startedAt: NOW, now: NOW, idleSeconds: 7200, intervals }, caps).intervalSeconds).toBe(
      seconds,
    )
  })

  it('within 5 minutes of a closed gate', () => {
    expect(nextIn({}, 'ESTOP is there')).toBe(300)
  })
})
