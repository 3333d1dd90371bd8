import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'plist'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { launchdFiles } from '../../../src/schedulers/launchd-lists.js'
import { logFiles } from '../../../src/schedulers/script.js'
import { located } from '../../support/stand-ins.js'
import { aMachine, aSchedule, machinePath, program, putInPlace, strangeFolder } from './a-machine.js'

const shipped = fileURLToPath(new URL('../../../launchd', import.meta.url))
const shippedLists = readdirSync(shipped)
  .filter((name) => name.endsWith('.plist'))
  .sort()
  .reverse()

/** The keys of launchd.plist(5) that are used, as documented there; any other one is a mistake. */
const documented = z.strictObject({
  Label: z.string().regex(/^[A-Za-z0-9._-]+$/),
  ProgramArguments: z.array(z.string()).nonempty(),
  EnvironmentVariables: z.record(z.string(), z.string()),
  StandardOutPath: z.string().startsWith('/').optional(),
  StandardErrorPath: z.string().startsWith('/').optional(),
  RunAtLoad: z.boolean().optional(),
  StartCalendarInterval: z.array(z.strictObject({ Minute: z.int().min(0).max(59) })).optional(),
  QueueDirectories: z.array(z.string().startsWith('/')).optional(),
  ProcessType: z.enum(['Standard', 'Adaptive', 'Interactive']),
  AbandonProcessGroup: z.literal(true),
  ExitTimeOut: z.int().positive(),
  LimitLoadToSessionType: z.array(z.enum(['Aqua', 'Background'])),
})

/** The lists of an installation in folders with unpleasant names. */
function installed() {
  const folder = strangeFolder()
  const bin = join(folder, 'bin')
  const machine = aMachine(folder, { bin, platform: 'darwin' })
  const schedule = aSchedule(folder, { bin })
  const files = launchdFiles(schedule, machine)
  putInPlace(files)
  return { machine, schedule, lists: files.filter(({ path }) => path.endsWith('.plist')) }
}

const readShipped = (name: string) => documented.parse(parse(readFileSync(join(shipped, name), 'utf8')))

describe('the property lists', () => {
  it.each(shippedLists)('in the package hold documented keys only: %s', (name) => {
    const list = readShipped(name)
    expect(`${list.Label}.plist`).toBe(name)
    expect(Object.keys(list.EnvironmentVariables)).toEqual(['PATH', 'LC_ALL', 'GT_HEARTBEAT_TRIGGER'])
  })

  it('of an installation hold documented keys only, and every name as it is', () => {
    const { lists, schedule, machine } = installed()
    const [heartbeat, lifecycle] = lists.map(({ text }) => documented.parse(parse(text)))
    const script = join(machine.configHome, 'gt-heartbeat/default.sh')
    const { log } = logFiles('default', machine)
    expect(heartbeat).toMatchObject({
      ProgramArguments: ['/bin/sh', script],
      StandardOutPath: log,
      StandardErrorPath: log,
    })
    expect(heartbeat?.EnvironmentVariables).toMatchObject({ GT_TOWN_ROOT: schedule.town, LC_ALL: 'C.UTF-8' })
    expect(lifecycle).toMatchObject({
      ProgramArguments: ['/bin/sh', script, 'lifecycle'],
      QueueDirectories: [join(schedule.town, 'daemon/requests')],
    })
  })

  it('of the package and of an installation differ in their paths only', () => {
    const paths = {
      ProgramArguments: 0,
      EnvironmentVariables: 0,
      StandardOutPath: 0,
      StandardErrorPath: 0,
      QueueDirectories: 0,
    }
    const own = installed().lists.map(({ text }) => documented.parse(parse(text)))
    expect(own.map((list) => ({ ...list, ...paths }))).toEqual(
      shippedLists.map((name) => ({ ...readShipped(name), ...paths })),
    )
    expect(own.map(({ QueueDirectories }) => QueueDirectories?.length)).toEqual(
      shippedLists.map((name) => readShipped(name).QueueDirectories?.length),
    )
  })

  it('ask every minute, after each login, and in no other way', () => {
    const [heartbeat, lifecycle] = installed().lists.map(({ text }) => documented.parse(parse(text)))
    const minutes = heartbeat?.StartCalendarInterval?.map(({ Minute }) => Minute)
    expect(minutes).toEqual(Array.from({ length: 60 }, (_, minute) => minute))
    expect(heartbeat?.RunAtLoad).toBe(true)
    expect(lifecycle).not.toHaveProperty('RunAtLoad')
    expect(lifecycle).not.toHaveProperty('StartCalendarInterval')
  })

  it('say the same to another library', (ctx) => {
    if (located('python3', machinePath) === undefined) return ctx.skip('needs python3: apt-get install python3')
    const code = 'import json,plistlib,sys; print(json.dumps([plistlib.load(open(p,"rb")) for p in sys.argv[1:]]))'
    const paths = [...shippedLists.map((name) => join(shipped, name)), ...installed().lists.map(({ path }) => path)]
    const { stdout, stderr } = spawnSync('python3', ['-c', code, ...paths], { encoding: 'utf8' })
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toEqual(paths.map((path) => parse(readFileSync(path, 'utf8'))))
  })

  it.each(shippedLists)('in the package run what they say, in any home, and have a failure reported: %s', (name) => {
    const home = strangeFolder()
    const bin = join(home, 'bin')
    mkdirSync(join(home, 'Library/Logs'), { recursive: true })
    program(bin, 'gt-rearm', '[ "$1" = run ] && shift && exec "$@"')
    program(bin, 'gt-heartbeat', 'echo "$*"; [ "$1" = report-failure ] || exit "$(cat "$HOME/code")"')
    const [program_ = '', ...args] = readShipped(name).ProgramArguments
    const run = (code: number) => {
      writeFileSync(join(home, 'code'), `${code}`)
      const env = { ...readShipped(name).EnvironmentVariables, HOME: home, PATH: `${bin}:${machinePath}` }
      return spawnSync(program_, args, { env, cwd: '/', encoding: 'utf8' })
    }
    expect([0, 1, 75, 3].map((code) => run(code))).toMatchObject([
      { status: 0, stdout: '', stderr: '' },
      { status: 1, stdout: '' },
      { status: 75, stdout: '' },
      { status: 3, stdout: '' },
    ])
    const check = name.includes('lifecycle') ? '--lifecycle' : '--once'
    const log = readFileSync(join(home, 'Library/Logs/gt-heartbeat.log'), 'utf8')
    expect(log).toBe(`${check}\n${check}\n${check}\n${check}\nreport-failure 3\n`)
  })

  it('are put in place by hand as the paper beside them says', () => {
    const paper = readFileSync(join(shipped, 'README.md'), 'utf8')
    const block = /```sh\n([\s\S]*?)```/.exec(paper)?.[1] ?? ''
    const home = strangeFolder()
    // The blanks and signs of that folder are more than a `sed` line for people has to bear.
    const plain = join(home, '../you')
    mkdirSync(plain)
    const bin = join(plain, 'bin')
    program(bin, 'launchctl', 'echo "$*" >>"$HOME/calls"')
    spawnSync('/bin/sh', ['-eu', '-c', block], { cwd: shipped, env: { HOME: plain, PATH: `${bin}:${machinePath}` } })
    const agents = join(plain, 'Library/LaunchAgents')
    const uid = process.getuid?.()
    expect(readFileSync(join(plain, 'calls'), 'utf8').trim().split('\n')).toEqual(
      shippedLists.map((name) => `bootstrap gui/${uid} ${join(agents, name)}`),
    )
    const lifecycle = documented.parse(parse(readFileSync(join(agents, shippedLists[1] ?? ''), 'utf8')))
    expect(lifecycle.QueueDirectories).toEqual([join(plain, 'gt/daemon/requests')])
    expect(existsSync(join(plain, 'gt/daemon/requests'))).toBe(true)
  })
})
