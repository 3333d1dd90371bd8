import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../../src/errors.js'
import { createCommands } from '../../../src/ports/command.js'
import { cronCommand, cronLine, cronScript, runsScript } from '../../../src/schedulers/cron-script.js'
import { guarded } from '../../../src/schedulers/guarded-folders.js'
import { jobsOf, launchdFiles } from '../../../src/schedulers/launchd-lists.js'
import type { Machine, Schedule } from '../../../src/schedulers/scheduler.js'
import { checkEnvironment, logFiles, nextMinute } from '../../../src/schedulers/script.js'

const machine: Machine = {
  env: {},
  platform: 'linux',
  uid: 1000,
  home: '/home/you',
  configHome: '/home/you/.config',
  packageRoot: '/usr/lib/node_modules/gt-heartbeat',
  commands: createCommands(0),
}
const mac: Machine = { ...machine, platform: 'darwin', home: '/Users/you', configHome: '/Users/you/.config' }
const schedule: Schedule = {
  slug: 'default',
  town: '/home/you/gt',
  environment: { PATH: '/usr/bin:/bin', GT_HEARTBEAT_OPTS: '--verbose' },
  programs: { heartbeat: '/opt/bin/gt-heartbeat', rearm: '/opt/bin/gt-rearm', node: '/opt/node/bin/node' },
}
const inConfig = (configHome: string): Machine => ({ ...machine, configHome })

describe('the script that cron and launchd run', () => {
  it('has node on its PATH, last where the shell that installed had it not', () => {
    expect(checkEnvironment(schedule, machine, 'cron')['PATH']).toBe('/usr/bin:/bin:/opt/node/bin')
    const known = { ...schedule, environment: { PATH: '/opt/node/bin:/bin' } }
    expect(checkEnvironment(known, machine, 'cron')['PATH']).toBe('/opt/node/bin:/bin')
  })

  it('names the town, who starts it, and a locale in which tmux writes every character', () => {
    expect(checkEnvironment(schedule, machine, 'cron')).toMatchObject({
      GT_TOWN_ROOT: '/home/you/gt',
      GT_HEARTBEAT_TRIGGER: 'cron',
      GT_HEARTBEAT_OPTS: '--verbose',
      LC_ALL: 'C.UTF-8',
    })
    expect(checkEnvironment(schedule, mac, 'launchd')['LC_ALL']).toBe('en_US.UTF-8')
  })

  it('is one file for each town, and reads the same whenever it is made', () => {
    expect(cronScript(schedule, machine).path).toBe('/home/you/.config/gt-heartbeat/default.sh')
    expect(cronScript({ ...schedule, slug: 'beta' }, machine).path).toBe('/home/you/.config/gt-heartbeat/beta.sh')
    expect(cronScript(schedule, machine)).toEqual(cronScript(schedule, machine))
  })

  it.each(['/home/you/g\nt', '/home/you/g\tt', '/home/you/g\x7ft'])('refuses the town %j', (town) => {
    expect(() => cronScript({ ...schedule, town }, machine)).toThrow(ConfigError)
    expect(() => launchdFiles({ ...schedule, town }, mac)).toThrow(ConfigError)
  })

  it('writes to where logs are looked for', () => {
    expect(logFiles('default', machine).log).toBe('/home/you/.local/state/gt-heartbeat/default.log')
    expect(logFiles('beta', mac).log).toBe('/Users/you/Library/Logs/gt-heartbeat/beta.log')
    expect(logFiles('default', { ...machine, env: { XDG_STATE_HOME: '/s' } }).folder).toBe('/s/gt-heartbeat')
  })

  it('is started next at the next full minute', () => {
    expect(nextMinute(Date.UTC(2026, 0, 1, 10, 0, 0))).toBe(Date.UTC(2026, 0, 1, 10, 1, 0))
    expect(nextMinute(Date.UTC(2026, 0, 1, 10, 0, 59))).toBe(Date.UTC(2026, 0, 1, 10, 1, 0))
  })
})

describe('the line in a crontab', () => {
  it('is short, and every minute', () => {
    expect(cronLine('default', machine)).toBe("* * * * * /bin/sh '/home/you/.config/gt-heartbeat/default.sh'")
  })

  it('holds a percent sign so that neither cron nor the shell is misled', () => {
    expect(cronCommand('default', inConfig('/home/100%/c'))).toBe("/bin/sh '/home/100'\\%'/c/gt-heartbeat/default.sh'")
  })

  it.each([
    ['/home/a\\b', /backslash/],
    ['/home/a\nb', /line break/],
    [`/home/${'long/'.repeat(200)}`, /too long/],
  ])('refuses a folder that no crontab can hold: %j', (configHome, why) => {
    expect(() => cronCommand('default', inConfig(configHome))).toThrow(why)
  })

  it("is known again where it stands in somebody's own words", () => {
    const command = cronCommand('default', machine)
    expect(runsScript(`MAILTO=me\n*/10 8-18 * * 1-5 ${command}\n`, 'default', machine)).toBe(true)
    expect(runsScript(`# ${cronLine('default', machine)}\n`, 'default', machine)).toBe(false)
    expect(runsScript(cronLine('beta', machine), 'default', machine)).toBe(false)
  })
})

describe('the jobs of launchd', () => {
  it('have labels and files of their own for each town', () => {
    expect(jobsOf('default', mac)).toEqual({
      heartbeat: {
        label: 'dev.gt-heartbeat.default',
        path: '/Users/you/Library/LaunchAgents/dev.gt-heartbeat.default.plist',
      },
      lifecycle: {
        label: 'dev.gt-heartbeat.default.lifecycle',
        path: '/Users/you/Library/LaunchAgents/dev.gt-heartbeat.default.lifecycle.plist',
      },
    })
  })

  it.each<[string, boolean]>([
    ['/Users/you/gt', false],
    ['/Users/you/Documents/gt', true],
    ['/Users/you/Documents', true],
    ['/Users/you/Documents.old/gt', false],
    ['/Users/you/Library/Mobile Documents/com~apple~CloudDocs/gt', true],
    ['/Volumes/disk/gt', true],
  ])('may or may not read a town in %s', (town, isGuarded) => {
    expect(guarded(town, '/Users/you') !== undefined).toBe(isGuarded)
  })
})
