import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it, type TestContext } from 'vitest'
import { cronScript } from '../../src/schedulers/cron-script.js'
import { scriptPath } from '../../src/schedulers/script.js'
import { aMachine, aSchedule, program, putInPlace, strangeFolder } from '../contract/schedulers/a-machine.js'
import { PROGRAM } from '../support/run-check.js'
import { makeTownFolder } from '../support/town-folder.js'
import { byHand, type UserStage, userStage } from '../support/user-stage.js'
import { waitFor } from '../support/wait-for.js'

/** The units in place by hand, the timer not started. */
async function stageFor(test: TestContext): Promise<UserStage> {
  const stage = await userStage(test)
  await stage.type(byHand().placing)
  stage.setPath(dirname(process.execPath), '/usr/bin', '/bin')
  return stage
}

/** One check, and whatever its failure starts; how `systemctl start` went. */
async function check({ manager }: UserStage): Promise<number | null> {
  const { exitCode } = await manager.run(['systemctl', '--user', 'start', 'gt-heartbeat.service'])
  await waitFor('its failure has been dealt with', async () => {
    const { stdout } = await manager.run(['systemctl', '--user', 'list-jobs', '--no-legend'])
    return stdout.trim() === ''
  })
  return exitCode
}

/** What the units have said in the journal. Found by its identifier: journald knows the units of a user manager only where that is a service itself. */
async function said({ manager }: UserStage, ...further: readonly string[]): Promise<readonly string[]> {
  const words = ['journalctl', '--quiet', '--no-pager', '--output=cat', '--identifier=gt-heartbeat', ...further]
  await manager.run(['journalctl', '--sync'])
  return (await manager.run(words)).stdout.trim().split('\n').filter(Boolean)
}

/** The same with the priority of an error. */
const errors = (stage: UserStage) => said(stage, '--priority=err..err')

const endings = [
  [0, 'success', 0],
  [1, 'success', 0],
  [75, 'success', 0],
  [2, 'exit-code', 1],
  [3, 'exit-code', 1],
  [78, 'exit-code', 1],
] as const

describe('under systemd', () => {
  it('three checks in a row that cannot see are told once, in the journal as an error', async (ctx) => {
    const stage = await stageFor(ctx)
    const letters = () => stage.heard('gt').filter((call) => !call.startsWith('--version'))
    for (const _ of [1, 2]) expect(await check(stage)).toBe(1)
    expect([await errors(stage), letters(), stage.heard('notify-send')]).toEqual([[], [], []])
    for (const _ of [3, 4, 5]) expect(await check(stage)).toBe(1)
    expect(await errors(stage)).toEqual([expect.stringMatching(/^3 checks in a row failed: .*Permission denied/)])
    expect(letters()).toEqual([expect.stringMatching(/^mail\|send\|mayor\/\|-s\|CHECKS_FAILING: 3 in a row/)])
    expect(stage.heard('notify-send')).toHaveLength(1)
    expect((await said(stage, '--priority=info')).at(-1)).toMatch(/^5 checks .* told already/)
  })

  it('a check that could not see everything is a warning in the journal, and a failed repair an error', async (ctx) => {
    const stage = await stageFor(ctx)
    await check(stage)
    const warnings = await said(stage, '--priority=warning..warning')
    expect(warnings[0]).toMatch(/^unknown: /)
    expect(warnings.at(-1)).toMatch(/^looks next /)
    expect(await errors(stage)).toEqual([])
    stage.install(
      'tmux',
      'case "$*" in *list-panes*) echo "no server running on x" >&2 ;; *) echo full >&2 ;; esac; exit 1',
    )
    await check(stage)
    expect((await errors(stage))[0]).toMatch(/^critical: /)
    expect((await said(stage)).join()).not.toMatch(/<\d>/)
  })

  it('a node that is gone is heard of, from the shell of the unit', async (ctx) => {
    const stage = await stageFor(ctx)
    stage.setPath()
    expect(await check(stage)).toBe(1)
    expect(await errors(stage)).toEqual([expect.stringMatching(/a check failed/)])
  })

  it('a warning, and another check at work, do not make a unit failed; all else does and is reported', async (ctx) => {
    const stage = await stageFor(ctx)
    const at = join(stage.manager.folder, 'bin/gt-heartbeat')
    for (const [code, result, reports] of endings) {
      rmSync(at)
      stage.install('gt-heartbeat', `[ "$1" = report-failure ] && echo "reported" || exit ${code}`)
      const before = (await said(stage)).filter((line) => line === 'reported').length
      await check(stage)
      const after = (await said(stage)).filter((line) => line === 'reported').length
      const shown = await stage.manager.systemctl('show', '-p', 'Result', '--value', 'gt-heartbeat.service')
      expect([code, shown.trim(), after - before]).toEqual([code, result, reports])
    }
  })
})

describe('from the script that cron runs', () => {
  it('three checks in a row that cannot see are told once too, by the program or, with node gone, by the script', () => {
    const folder = strangeFolder()
    const bin = join(folder, 'bin')
    const heard = join(folder, 'heard')
    const machine = aMachine(folder, { bin })
    const installed = aSchedule(folder, { bin, environment: { PATH: `${bin}:/usr/bin:/bin` } })
    const schedule = {
      ...installed,
      programs: { ...installed.programs, rearm: join(machine.packageRoot, 'scripts/gt-rearm') },
    }
    makeTownFolder(schedule.town)
    // In one piece: those that tell people run side by side.
    const joined = `line=$(printf '%s %s|' "\${0##*/}" "$*" | tr '\\n' ' ')`
    const writes = `${joined}\nprintf '%s\\n' "$line" >>'${heard.replaceAll("'", `'\\''`)}'`
    for (const name of ['gt', 'logger', 'notify-send']) program(bin, name, writes)
    program(bin, 'bd', 'echo "[]"')
    program(bin, 'tmux', 'echo "error connecting: Permission denied" >&2; exit 1')
    program(bin, 'gt-heartbeat', `exec '${process.execPath}' '${PROGRAM}' "$@"`)
    putInPlace([cronScript(schedule, machine)])
    const run = (): number | null => {
      rmSync(join(schedule.town, 'daemon/heartbeat/next'), { force: true })
      const env = { HOME: machine.home, PATH: '/usr/bin:/bin', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/none' }
      return spawnSync('/bin/sh', [scriptPath('default', machine)], { env, cwd: machine.home }).status
    }
    const lines = (): readonly string[] =>
      (existsSync(heard) ? readFileSync(heard, 'utf8').trimEnd().split('\n') : []).filter(
        (line) => !line.startsWith('gt --version'),
      )
    expect([1, 2].map(run)).toEqual([3, 3])
    expect(lines()).toEqual([])
    expect([3, 4, 5].map(run)).toEqual([3, 3, 3])
    const told = [
      /^gt mail send mayor\/ -s CHECKS_FAILING/,
      /^logger .*user\.err -- 3 checks in a row/,
      /^notify-send .*3 checks in a row/,
    ]
    expect([...lines()].sort()).toEqual(told.map((line) => expect.stringMatching(line)))
    program(bin, 'gt-heartbeat', 'exit 127')
    expect([6, 7, 8].map(run)).toEqual([127, 127, 127])
    expect(lines().slice(3)).toEqual(
      [/^logger .*code 127/, /^notify-send .*code 127/].map((line) => expect.stringMatching(line)),
    )
  })
})
