import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'plist'
import type { Machine, Schedule } from '../../../src/schedulers/scheduler.js'
import { program } from './a-machine.js'

/** A day's own clock, in UTC: what a schedule is played by. */
interface Minute {
  readonly Minute: number
  readonly Hour: number
  readonly Day: number
  readonly Month: number
  readonly Weekday: number
}

const minuteOf = (at: number): Minute => {
  const date = new Date(at * 1000)
  return {
    Minute: date.getUTCMinutes(),
    Hour: date.getUTCHours(),
    Day: date.getUTCDate(),
    Month: date.getUTCMonth() + 1,
    Weekday: date.getUTCDay(),
  }
}

/** Something that starts a command line at certain minutes. */
export interface Starter {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  firesAt(epochSeconds: number): boolean
}

interface List {
  readonly ProgramArguments: readonly string[]
  readonly EnvironmentVariables: Readonly<Record<string, string>>
  readonly StartCalendarInterval: readonly Partial<Minute>[]
}

/** A property list as launchd goes by it: any of the calendar's entries, a key that is missing fits always. */
export function fromList(text: string, home: string): Starter {
  const list = parse(text) as unknown as List
  const fits = (now: Minute, entry: Partial<Minute>): boolean =>
    (Object.keys(now) as (keyof Minute)[]).every((key) => entry[key] === undefined || entry[key] === now[key])
  return {
    argv: list.ProgramArguments,
    env: { HOME: home, PATH: '/usr/bin:/bin:/usr/sbin:/sbin', ...list.EnvironmentVariables },
    firesAt: (at) => list.StartCalendarInterval.some((entry) => fits(minuteOf(at), entry)),
  }
}

/** The one job of a crontab as cron goes by it: five fields of stars, numbers and steps, then a command for sh. */
export function fromCrontab(text: string, home: string): Starter {
  const line = text.split('\n').find((one) => one !== '' && !one.startsWith('#')) ?? ''
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = line.split(/\s+/)
  const command = line.replace(/^(\S+\s+){5}/, '').replaceAll('\\%', '%')
  const fits = (field: string, value: number): boolean =>
    field === '*' || (field.startsWith('*/') ? value % Number(field.slice(2)) === 0 : Number(field) === value)
  return {
    argv: ['/bin/sh', '-c', command],
    env: { HOME: home, PATH: '/usr/bin:/bin', SHELL: '/bin/sh', LOGNAME: 'you' },
    firesAt(at) {
      const now = minuteOf(at)
      const fields = [fits(minute, now.Minute), fits(hour, now.Hour), fits(day, now.Day), fits(month, now.Month)]
      return fields.every(Boolean) && fits(weekday, now.Weekday)
    },
  }
}

/** A town in which time passes as the test says, whose checks want to be repeated after the seconds that are given, one after the other. */
export function playedTown({ town }: Schedule, machine: Machine, bin: string, intervals: readonly number[]) {
  const daemon = join(town, 'daemon')
  const [clock, checks, next] = [
    join(machine.home, 'now'),
    join(machine.home, 'checks'),
    join(daemon, 'heartbeat/next'),
  ]
  mkdirSync(join(daemon, 'heartbeat'), { recursive: true })
  writeFileSync(checks, '')
  writeFileSync(join(machine.home, 'intervals'), intervals.join('\n'))
  program(bin, 'date', 'cat "$HOME/now"')
  program(
    bin,
    'gt-heartbeat',
    [
      'now=$(cat "$HOME/now")',
      'echo "$now" >>"$HOME/checks"',
      'after=$(sed -n "$(wc -l <"$HOME/checks")p" "$HOME/intervals")',
      'echo "$now $((now + 300)) $((now + after))" >"$GT_TOWN_ROOT/daemon/heartbeat/next"',
      'touch -d "@$now" "$GT_TOWN_ROOT/daemon/heartbeat/next"',
    ].join('\n'),
  )
  const helper = program(bin, 'gt-rearm', '')
  writeFileSync(helper, readFileSync(new URL('../../../scripts/gt-rearm', import.meta.url)))
  chmodSync(helper, 0o755)
  return {
    /** Plays a schedule from one time to another, minute by minute; returns when checks ran. */
    play(
      starter: Starter,
      {
        from,
        until,
        activity,
      }: { readonly from: number; readonly until: number; readonly activity: readonly number[] },
    ) {
      for (let at = from; at < until; at += 60) {
        if (activity.includes(at)) {
          writeFileSync(join(daemon, 'activity.json'), '{}')
          utimesSync(join(daemon, 'activity.json'), at, at)
        }
        if (!starter.firesAt(at)) continue
        writeFileSync(clock, `${at}\n`)
        const [file = '', ...args] = starter.argv
        const ended = spawnSync(file, args, { env: starter.env, cwd: machine.home, encoding: 'utf8', timeout: 20_000 })
        if (ended.status !== 0 || ended.stdout + ended.stderr !== '') throw new Error(JSON.stringify(ended))
      }
      return existsSync(next) ? readFileSync(checks, 'utf8').trim().split('\n').map(Number) : []
    },
  }
}
