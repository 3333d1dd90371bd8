import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cronScript } from '../../../src/schedulers/cron-script.js'
import { launchdFiles } from '../../../src/schedulers/launchd-lists.js'
import type { Machine } from '../../../src/schedulers/scheduler.js'
import { logFiles } from '../../../src/schedulers/script.js'
import { located } from '../../support/stand-ins.js'
import { waitFor } from '../../support/wait-for.js'
import { lives } from '../ports/around.js'
import { aMachine, aSchedule, machinePath, program, putInPlace, strangeFolder } from './a-machine.js'

/** A schedule's script in a folder with an unpleasant name; `gt-heartbeat` writes down how it was called, `gt-rearm` says that a check is due. */
function stage({ shell = '/bin/sh', change = (text: string) => text, ...more }: Partial<Options> = {}) {
  const folder = strangeFolder()
  const bin = join(folder, 'bin')
  const machine = aMachine(folder, { bin, ...more.machine })
  const schedule = aSchedule(folder, { bin })
  const calls = join(folder, 'calls')
  writeFileSync(calls, '')
  const heartbeat = (lines: string) =>
    program(bin, 'gt-heartbeat', `echo "$*" >>'${calls.replaceAll("'", `'\\''`)}'\n${lines}`)
  const rearm = (lines: string) => program(bin, 'gt-rearm', lines)
  heartbeat('exit 0')
  rearm('exit 0')
  const script = machine.platform === 'darwin' ? launchdFiles(schedule, machine)[0] : cronScript(schedule, machine)
  if (script === undefined) throw new Error('no script')
  putInPlace([{ ...script, text: change(script.text) }])
  mkdirSync(logFiles('default', machine).folder, { recursive: true })
  return {
    ...{ folder, bin, machine, schedule, heartbeat, rearm, script: script.path, logs: logFiles('default', machine) },
    calls: () => readFileSync(calls, 'utf8').split('\n').filter(Boolean),
    log: () => readFileSync(logFiles('default', machine).log, 'utf8'),
    /** Runs it as cron does: next to nothing in the environment, and from home. */
    run: (...words: readonly string[]) =>
      spawnSync(shell, [script.path, ...words], {
        env: { PATH: '/usr/bin:/bin', HOME: machine.home, SHELL: '/bin/sh', LOGNAME: 'you', NODE_OPTIONS: '--bad' },
        cwd: machine.home,
        encoding: 'utf8',
        timeout: 20_000,
      }),
  }
}

/** dash may be there as `sh` only. */
const shellNamed = (name: string): string => located(name, machinePath) ?? '/bin/sh'

interface Options {
  readonly shell: string
  readonly change: (text: string) => string
  readonly machine: Partial<Machine>
}

describe('the script that cron and launchd run every minute', () => {
  it.each(['dash', 'bash'])('means the same to %s', (name) => {
    const { run, calls, heartbeat, log } = stage({ shell: shellNamed(name) })
    heartbeat('[ "$1" = report-failure ] || exit 3')
    expect(run()).toMatchObject({ status: 3, stdout: '', stderr: '' })
    expect(calls()).toEqual(['--once', 'report-failure 3'])
    expect(log()).toBe('')
  })

  it('starts a check when one is due', () => {
    const { run, calls, log, heartbeat } = stage()
    heartbeat('echo all is well')
    expect(run()).toMatchObject({ status: 0, stdout: '', stderr: '' })
    expect(calls()).toEqual(['--once'])
    expect(log()).toBe('all is well\n')
  })

  it('starts no node, and writes nothing, when none is due', () => {
    const { run, calls, log, rearm } = stage()
    rearm('exit 1')
    expect(run()).toMatchObject({ status: 0 })
    expect(calls()).toEqual([])
    expect(log()).toBe('')
  })

  it('asks the program itself where the helper is gone', () => {
    const { run, calls, bin, log } = stage()
    rmSync(join(bin, 'gt-rearm'))
    expect(run()).toMatchObject({ status: 0 })
    expect(calls()).toEqual(['--once --if-due'])
    expect(log()).toMatch(/gt-rearm/)
  })

  it('gives a check what it needs, whatever the names, and nothing of what led it elsewhere', () => {
    const { run, schedule, heartbeat, folder } = stage()
    heartbeat(`env -0 >"\${0%/bin/*}/env"; pwd >"\${0%/bin/*}/pwd"`)
    run()
    const env = readFileSync(join(folder, 'env'), 'utf8').split('\0')
    expect(env).toEqual(
      expect.arrayContaining([
        `GT_TOWN_ROOT=${schedule.town}`,
        'LC_ALL=C.UTF-8',
        'GT_HEARTBEAT_TRIGGER=cron',
        expect.stringMatching(/^PATH=.*\/bin:/),
      ]),
    )
    expect(env.filter((line) => line.startsWith('NODE_OPTIONS'))).toEqual([])
    expect(readFileSync(join(folder, 'pwd'), 'utf8')).toBe('/\n')
  })

  it.each([0, 1, 75])('leaves a check that ends with %i alone', (code) => {
    const { run, calls, heartbeat } = stage()
    heartbeat(`exit ${code}`)
    expect(run()).toMatchObject({ status: code })
    expect(calls()).toEqual(['--once'])
  })

  it.each([2, 3, 64, 69, 78, 127, 137])('has a check that ends with %i reported', (code) => {
    const { run, calls, heartbeat, logs } = stage()
    heartbeat(`[ "$1" = report-failure ] || exit ${code}`)
    expect(run()).toMatchObject({ status: code })
    expect(calls()).toEqual(['--once', `report-failure ${code}`])
    expect(existsSync(logs.told)).toBe(false)
  })

  it('speaks for itself where nothing can be run any more: once, and anew after it could be', () => {
    const { run, bin, heartbeat, log, logs, folder } = stage()
    const said = () => (existsSync(join(folder, 'said')) ? readFileSync(join(folder, 'said'), 'utf8') : '').split('\n')
    program(bin, 'logger', `echo "$*" >>"\${0%/bin/*}/said"`)
    program(bin, 'notify-send', 'exit 1')
    rmSync(join(bin, 'gt-heartbeat'))
    expect(run()).toMatchObject({ status: 127 })
    expect(run()).toMatchObject({ status: 127 })
    expect(said().filter(Boolean)).toEqual([expect.stringMatching(/^-t gt-heartbeat -p user\.err .*code 127.*doctor/)])
    expect(log().match(/is node gone/g)).toHaveLength(2)
    heartbeat('exit 0')
    expect(run()).toMatchObject({ status: 0 })
    expect(existsSync(logs.told)).toBe(false)
    rmSync(join(bin, 'gt-heartbeat'))
    run()
    expect(said().filter(Boolean)).toHaveLength(2)
  })

  it('ends a check that hangs, and has that reported', () => {
    const { run, calls, heartbeat } = stage({
      change: (text) => text.replace('perform 120 --once ', 'perform 1 --once '),
    })
    heartbeat('[ "$1" = report-failure ] || exec sleep 600')
    expect(run()).toMatchObject({ status: 143 })
    expect(calls()).toEqual(['--once', 'report-failure 143'])
  })

  it('leaves a check that runs to its end when it is ended itself, and nobody who waits for it', async () => {
    const { script, heartbeat, folder, machine } = stage()
    heartbeat(`echo $$ >"\${0%/bin/*}/pid"; sleep 1; echo done >"\${0%/bin/*}/done"`)
    const child = spawn('/bin/sh', [script], {
      env: { PATH: '/usr/bin:/bin', HOME: machine.home },
      stdio: 'ignore',
      detached: true,
    })
    const ended = new Promise((resolve) => child.on('exit', resolve))
    const pid = await waitFor(
      'the check runs',
      () => existsSync(join(folder, 'pid')) && readFileSync(join(folder, 'pid'), 'utf8').trim(),
    )
    expect(lives(Number(pid))).toBe(true)
    child.kill('SIGTERM')
    await ended
    await waitFor('the check is at its end', () => existsSync(join(folder, 'done')))
    await waitFor('nothing of it is left', () =>
      spawnSync('ps', ['-eo', 'pgid='])
        .stdout.toString()
        .split('\n')
        .every((line) => Number(line) !== child.pid),
    )
  })

  it('keeps its log small', () => {
    const { run, log, logs, heartbeat } = stage()
    writeFileSync(logs.log, 'x'.repeat(3_000_000))
    heartbeat('echo all is well')
    run()
    expect(log()).toBe('all is well\n')
    expect(statSync(logs.older).size).toBe(3_000_000)
    run()
    expect(log()).toBe('all is well\nall is well\n')
  })

  it('makes the folder of its log again', () => {
    const { run, log, logs } = stage()
    rmSync(logs.folder, { recursive: true })
    expect(run()).toMatchObject({ status: 0 })
    expect(log()).toBe('')
  })

  it('checks all the same where it cannot write a log', () => {
    const { run, calls, logs } = stage()
    rmSync(logs.folder, { recursive: true })
    writeFileSync(logs.folder, 'a file in its place')
    expect(run()).toMatchObject({ status: 0, stdout: '' })
    expect(calls()).toEqual(['--once'])
    expect(existsSync('/dev/null')).toBe(true)
  })

  it('processes lifecycle requests when told to, due or not', () => {
    const { run, calls, rearm } = stage()
    rearm('exit 1')
    expect(run('lifecycle')).toMatchObject({ status: 0 })
    expect(calls()).toEqual(['--lifecycle'])
  })
})

describe('the script for cron', () => {
  it.each(['mkfifo "$1"', 'mkdir "$1"'])(
    'logs nothing when "%s" made its log, says so, and checks all the same',
    (make) => {
      const { run, calls, logs } = stage()
      spawnSync('sh', ['-c', make, 'sh', logs.log])
      const said = { status: 0, stderr: `gt-heartbeat: nothing is logged, since ${logs.log} is not a file\n` }
      expect(run()).toMatchObject(said)
      expect(calls()).toEqual(['--once'])
    },
  )

  it("stays out of the way of the user's systemd, but only of one that runs", () => {
    const { run, calls, machine, script } = stage()
    const wants = join(machine.configHome, 'systemd/user/timers.target.wants')
    mkdirSync(wants, { recursive: true })
    writeFileSync(join(wants, 'gt-heartbeat.timer'), '')
    run()
    expect(calls()).toEqual(['--once'])
    const text = readFileSync(script, 'utf8').replace("[ -S '/run/user/501/systemd/private' ]", '[ -d / ]')
    writeFileSync(script, text)
    run()
    expect(calls()).toEqual(['--once'])
  })

  it('takes a few milliseconds of shell when nothing is due: no program but the helper', () => {
    const { run, rearm, bin } = stage()
    rearm('exit 1')
    for (const name of ['find', 'date', 'mkdir', 'sleep', 'rm', 'id'])
      program(bin, name, 'echo "$0 was started" >&2; exit 9')
    expect(run()).toMatchObject({ status: 0, stderr: '' })
  })
})

describe('the script for launchd', () => {
  it('leaves the folder of requests to launchd, and knows no systemd', () => {
    const { run, calls, rearm, schedule, script } = stage({ machine: { platform: 'darwin' } })
    rearm('exit 1')
    mkdirSync(join(schedule.town, 'daemon/requests'))
    writeFileSync(join(schedule.town, 'daemon/requests/one'), '')
    expect(run()).toMatchObject({ status: 0 })
    expect(calls()).toEqual([])
    expect(run('lifecycle')).toMatchObject({ status: 0 })
    expect(calls()).toEqual(['--lifecycle'])
    expect(readFileSync(script, 'utf8')).not.toMatch(/systemd|XDG/)
    expect(readFileSync(script, 'utf8')).toMatch(/^export GT_HEARTBEAT_TRIGGER='launchd'$/m)
  })
})
