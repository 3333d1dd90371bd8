import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Appointment, isDue } from '../../../src/domain/due.js'
import { cronLine, cronScript } from '../../../src/schedulers/cron-script.js'
import { blockText } from '../../../src/schedulers/crontab-block.js'
import { launchdFiles } from '../../../src/schedulers/launchd-lists.js'
import { aMachine, aSchedule, putInPlace, strangeFolder } from './a-machine.js'
import { fromCrontab, fromList, playedTown, type Starter } from './play.js'

const minutes = (count: number): number => count * 60
/** Some seconds after a full minute never come: both schedulers start things at the full minute. */
const from = Date.UTC(2026, 10, 22, 22, 30) / 1000
const until = from + minutes(240)
/** A town that is idle longer and longer, with a deferred deed once (60 s), and times that are no full minutes. */
const intervals = [300, 300, 302, 601, 601, 60, 1800, 1805, 3600, 3601, 300, 300, 600, 3600, 3600, 3600].map(Number)
/** Soon after a check, and in the middle of the long intervals. */
const activity = [26, 95, 171].map((count) => from + minutes(count))

/** When checks run, by the rule alone. */
function byTheRule(): readonly number[] {
  const checks: number[] = []
  let appointment: Appointment | undefined
  for (let at = from; at < until; at += 60) {
    const activityAt = activity.filter((time) => time <= at).map((time) => time * 1000)
    const writtenAt = appointment && appointment.last * 1000
    if (!isDue(appointment, { now: at * 1000, writtenAt, activityAt })) continue
    appointment = { last: at, earliest: at + 300, next: at + (intervals[checks.length] ?? 300) }
    checks.push(at)
  }
  return checks
}

function played(platform: 'darwin' | 'linux'): readonly number[] {
  const folder = strangeFolder()
  const bin = join(folder, 'bin')
  const machine = aMachine(folder, { bin, platform, env: { XDG_STATE_HOME: join(folder, 'state') } })
  const schedule = aSchedule(folder, { bin })
  const files = platform === 'darwin' ? launchdFiles(schedule, machine) : [cronScript(schedule, machine)]
  putInPlace(files)
  mkdirSync(join(folder, 'state'))
  const crontab = blockText('default', cronLine('default', machine))
  const starter: Starter =
    platform === 'darwin' ? fromList(files[1]?.text ?? '', machine.home) : fromCrontab(crontab, machine.home)
  return playedTown(schedule, machine, bin, intervals).play(starter, { from, until, activity })
}

describe('four hours of a town', () => {
  it('have their checks when the rule says so', () => {
    const checks = byTheRule().map((at) => (at - from) / 60)
    expect(checks.slice(0, 4)).toEqual([0, 5, 10, 16])
    expect(checks.length).toBeGreaterThan(10)
  })

  it.each(['darwin', 'linux'] as const)(
    'played by the installed schedule of %s, have them at those same times',
    (platform) => {
      expect(played(platform)).toEqual(byTheRule())
    },
  )
})
