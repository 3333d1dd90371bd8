import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FakeTown, raiseTown } from '../../support/fake-town.js'
import { PROGRAM } from '../../support/run-check.js'
import { hang, refuses } from '../../support/stand-ins.js'

let town: FakeTown
let bus: string
beforeEach(async () => {
  town = raiseTown()
  bus = join(town.stage, 'no-bus')
  for (const name of ['logger', 'notify-send', 'osascript']) listener(name)
  await town.wake('deacon')
})
afterEach(() => town.end())

/** A program that writes down its words, a line a call. */
function listener(name: string, lines = ''): void {
  const path = join(town.programs.bin, name)
  writeFileSync(
    path,
    `#!/bin/sh\nprintf '%s|' "$@" | tr '\\n' ' ' >>"${heardBy(name)}"\necho >>"${heardBy(name)}"\n${lines}`,
  )
  chmodSync(path, 0o755)
}
const heardBy = (name: string): string => join(town.stage, `${name}.heard`)
const heard = (name: string): readonly string[] =>
  existsSync(heardBy(name)) ? readFileSync(heardBy(name), 'utf8').trimEnd().split('\n') : []

const env = () => ({
  ...town.env,
  GT_HEARTBEAT_TRIGGER: 'timer',
  DBUS_SESSION_BUS_ADDRESS: `unix:path=${bus}`,
  XDG_STATE_HOME: join(town.stage, 'state'),
})

/** A scheduled check, and what its unit or script does when it has failed. */
async function tick(...words: readonly string[]) {
  const check = await town.run(['--once', ...words], { env: env() })
  if (check.exitCode === 0 || check.exitCode === 1) return ''
  return (await report(String(check.exitCode))).stdout
}
const report = (...words: readonly string[]) => town.run(['report-failure', ...words], { env: env() })
const mails = () => town.programs.calls().filter(({ program, args }) => program === 'gt' && args[1] === 'send')
const blind = () => town.programs.spoil('bd', refuses('database is locked'))
const memory = () => JSON.parse(town.read('daemon/heartbeat/failures.json') ?? 'null')

describe('a check that cannot see', () => {
  it('is told when three in a row could not, in every way there is, and once while that lasts', async () => {
    const ran = join(town.stage, 'ran')
    const variables = '$GT_HEARTBEAT_VERDICT $GT_HEARTBEAT_EXIT_CODE $GT_HEARTBEAT_IN_A_ROW $GT_HEARTBEAT_TOWN'
    town.write('../alarm', `echo "${variables}" >>"${ran}"\n`)
    town.configure({ onFailure: `/bin/sh "${join(town.stage, 'alarm')}"` })
    blind()
    expect(await tick()).toMatch(/^1 of 3 in a row \(unknown\): .*database is locked\n$/)
    expect(await tick()).toMatch(/^2 of 3 in a row/)
    expect([heard('logger'), heard('notify-send'), mails(), existsSync(ran)]).toEqual([[], [], [], false])

    expect(await tick()).toMatch(/^3 checks in a row failed: something could not be seen \(unknown, exit code 3\): /)
    for (const inARow of [4, 5]) expect(await tick()).toMatch(new RegExp(`^${inARow} checks .*; told already\n$`))
    expect(heard('logger')).toEqual([expect.stringMatching(/^-t\|gt-heartbeat\|-p\|user\.err\|--\|3 checks in a row/)])
    expect(heard('notify-send')).toEqual([expect.stringMatching(/--urgency=critical\|--\|Gas Town\|3 checks in a row/)])
    expect(heard('osascript')).toEqual([])
    expect(mails().map(({ args, env: { GT_ROLE } }) => [args[2], args[4], GT_ROLE])).toEqual([
      ['mayor/', 'CHECKS_FAILING: 3 in a row (unknown)', 'gt-heartbeat/check'],
    ])
    expect(readFileSync(ran, 'utf8')).toBe(`unknown 3 3 ${town.root}\n`)
    expect(town.read('daemon/daemon.log')?.match(/Error: 3 checks in a row failed/g)).toHaveLength(1)
  })

  it('is told again when it lasts again after a check that went well', async () => {
    for (let row = 0; row < 2; row++) {
      blind()
      for (let check = 0; check < 4; check++) await tick()
      town.programs.mend('bd')
      expect(await tick()).toBe('')
    }
    expect([heard('notify-send').length, mails().length]).toEqual([2, 2])
  })

  it('in between the good ones is not told', async () => {
    for (let check = 0; check < 3; check++) {
      blind()
      await tick()
      await tick()
      town.programs.mend('bd')
      await tick()
    }
    expect(heard('notify-send')).toEqual([])
  })

  it('is told apart from one that fails', async () => {
    blind()
    for (let check = 0; check < 3; check++) await tick()
    town.configure({ nonsense: 1 })
    expect(await tick()).toMatch(/^4 checks in a row failed: .*\(config, exit code 78\)/)
    expect(await tick()).toMatch(/; told already/)
    expect(heard('notify-send')).toHaveLength(2)
  })
})

describe('a way to tell', () => {
  beforeEach(async () => {
    blind()
    for (let check = 0; check < 2; check++) await tick()
  })

  it('that failed is tried again; those that went are not', async () => {
    listener('notify-send', 'exit 3\n')
    expect(await tick()).toMatch(/\ndesktop: notify-send .*: exit code 3\n$/)
    listener('notify-send')
    expect(await tick()).toMatch(/told already\n$/)
    await tick()
    expect([heard('notify-send').length, mails().length, heard('logger').length]).toEqual([2, 1, 1])
  })

  it('that is not there is left out in silence', async () => {
    for (const name of ['notify-send', 'logger']) rmSync(join(town.programs.bin, name))
    town.programs.uninstall('gt')
    const bare = { ...env(), PATH: town.programs.bin }
    const node = await town.run(['report-failure', '127'], { env: bare })
    expect(node.stdout).toMatch(/^3 checks in a row failed: checks break off \(broken-off, exit code 127\): [^\n]*\n$/)
    expect(node.exitCode).toBe(0)
  })

  it('that hangs keeps none of the others waiting, and is not tried again', async () => {
    town.configure({ deadline: '1s' })
    town.programs.spoil('gt', hang)
    expect(await tick()).toMatch(/mail to mayor\/: gt mail send .*timed out after 1 s/)
    town.programs.mend('gt')
    await tick()
    expect([heard('notify-send').length, mails().length]).toEqual([1, 1])
  })

  it('gets foreign words as words, and a desktop no markup', async () => {
    const evil = `<b>$(touch pwned)</b> & "quoted" 'too' -x`
    town.programs.spoil('bd', `cat >&2 <<'X'\n${evil}\nX\nexit 1\n`)
    await tick()
    expect(heard('notify-send')[0]).toContain(`&lt;b&gt;$(touch pwned)&lt;/b&gt; &amp; "quoted" 'too' -x`)
    expect(heard('logger')[0]).toContain(evil)
    expect(existsSync(join(town.root, 'pwned'))).toBe(false)
  })
})

describe('a check that left no line in the history', () => {
  it('is counted where whoever reports saw it fail', async () => {
    for (const code of ['127', '126', '127']) await report(code)
    expect(memory().broken).toHaveLength(3)
    expect(heard('notify-send')).toEqual([expect.stringContaining('gt-heartbeat or node could not be run')])
  })

  it('counts together with those that left one', async () => {
    blind()
    await tick()
    await report('137')
    expect((await report('137')).stdout).toMatch(/^3 checks in a row failed: checks break off/)
    town.programs.mend('bd')
    await tick()
    expect((await report()).stdout).toMatch(/^1 of 3 in a row/)
  })

  it('is asked of systemd where that knows how the unit ended', async () => {
    const told = {
      MONITOR_UNIT: 'gt-heartbeat.service',
      MONITOR_SERVICE_RESULT: 'timeout',
      MONITOR_EXIT_CODE: 'killed',
    }
    const { stdout } = await town.run(['report-failure'], { env: { ...env(), ...told } })
    expect(stdout).toBe('1 of 3 in a row (broken-off): the check ran longer than gt-heartbeat.service lets it\n')
  })

  it('is not made up when a person asks', async () => {
    for (let ask = 0; ask < 4; ask++) {
      const { stdout } = await town.run(['report-failure'])
      expect(stdout).toBe('no check has failed since the last one that went well\n')
    }
  })
})

describe('nothing is told', () => {
  it.each(['0', '1', '75'])('of a check that exited with %s', async (code) => {
    for (let check = 0; check < 4; check++) expect((await report(code)).stdout).toBe('')
    expect(town.read('daemon/heartbeat/failures.json')).toBeUndefined()
  })

  it('of lifecycle runs that fail together: the heartbeats decide', async () => {
    blind()
    for (let run = 0; run < 4; run++) {
      expect((await town.run(['--lifecycle'], { env: env() })).exitCode).toBe(3)
      expect((await report('3')).stdout).toBe('no check has failed since the last one that went well\n')
    }
  })

  it('by a dry run, which says who would be', async () => {
    blind()
    for (let check = 0; check < 2; check++) await tick()
    await town.run(['--once'], { env: env() })
    const before = town.read('daemon/heartbeat/failures.json')
    const { stdout } = await report('3', '--dry-run')
    expect(stdout).toMatch(
      /^3 checks .*\nwould be told, as far as they are there, by system log, desktop, mail to mayor\/, onFailure\n$/,
    )
    expect([town.read('daemon/heartbeat/failures.json'), heard('notify-send')]).toEqual([before, []])
  })
})

describe('what makes a check fail does not keep it from being told', () => {
  it('wrong options in $GT_HEARTBEAT_OPTS', async () => {
    const wrong = { ...env(), GT_HEARTBEAT_OPTS: '--no-such-thing' }
    for (let check = 0; check < 3; check++) {
      const { exitCode } = await town.run(['--once'], { env: wrong })
      expect(exitCode).toBe(64)
      expect((await town.run(['report-failure', '64'], { env: wrong })).exitCode).toBe(0)
    }
    expect(heard('notify-send')).toEqual([expect.stringContaining('the options are wrong (usage, exit code 64)')])
  })

  it('a town that is gone: remembered in the state folder of the user', async () => {
    const elsewhere = { ...env(), GT_TOWN_ROOT: join(town.stage, 'gone') }
    for (let check = 0; check < 4; check++) {
      const { exitCode } = await town.bare(['report-failure', '78'], { env: elsewhere, cwd: town.stage })
      expect(exitCode).toBe(0)
    }
    expect(heard('notify-send')).toEqual([expect.stringContaining(`no town at ${join(town.stage, 'gone')}`)])
    expect(mails()).toEqual([])
    expect(existsSync(join(town.stage, 'state/gt-heartbeat/failures.json'))).toBe(true)
  })

  it('a memory that cannot be written: said each time where lines are printed, and only there', async () => {
    mkdirSync(dirname(join(town.root, 'daemon/heartbeat/x')), { recursive: true })
    mkdirSync(join(town.root, 'daemon/heartbeat/failures.json/x'), { recursive: true })
    blind()
    for (let check = 0; check < 2; check++) await tick()
    for (let check = 0; check < 2; check++) {
      const said = await tick()
      expect(said).toMatch(/^\d checks in a row failed: [^\n]*unknown/)
      expect(said).toContain('failures.json')
      expect(said).not.toContain('told already')
    }
    expect(heard('notify-send')).toEqual([])
  })

  it('a broken memory is copied aside and said', async () => {
    town.write('daemon/heartbeat/failures.json', '{"schema":')
    expect((await report('127')).stdout).toMatch(/failures\.json is no JSON.*copied to .*failures\.json\.corrupt-/)
    const aside = readdirSync(join(town.root, 'daemon/heartbeat')).filter((name) => name.includes('corrupt'))
    expect(aside).toHaveLength(1)
    expect(memory().broken).toHaveLength(1)
  })
})

describe('the journal', () => {
  /** Runs it with its output in a file that systemd is said to read. */
  const printed = (words: string, stream: string): string => {
    const file = join(town.stage, 'journal')
    const line = `JOURNAL_STREAM=${stream} exec "$0" "$1" --town "$2" report-failure ${words} >"$3"`
    writeFileSync(file, '')
    execFileSync('/bin/sh', ['-c', line, process.execPath, PROGRAM, town.root, file], { env: env() })
    return readFileSync(file, 'utf8')
  }
  const itself = '$(stat -L -c %d:%i "$3")'

  it('gets each line with its priority, and no second one by way of logger', (ctx) => {
    if (process.platform !== 'linux') ctx.skip('needs Linux: there is no journal elsewhere')
    expect(printed('127', itself)).toMatch(/^<6>1 of 3 in a row/)
    printed('127', itself)
    listener('notify-send', 'exit 3\n')
    expect(printed('127', itself)).toMatch(/^<3>3 checks in a row failed[^\n]*\n<4>desktop: notify-send/)
    expect(heard('logger')).toEqual([])
  })

  it('is not what another file is', () => {
    expect(printed('127', '8:1')).toMatch(/^1 of 3 in a row/)
  })
})

describe('the session bus', () => {
  it('is found where it usually lies, as cron does not name it', async (ctx) => {
    const runtime = join(town.stage, 'run')
    mkdirSync(runtime)
    const server = createServer().listen(join(runtime, 'bus'))
    ctx.onTestFinished(() => void server.close())
    listener('notify-send', `echo "$DBUS_SESSION_BUS_ADDRESS" >>"${heardBy('bus')}"\n`)
    const { DBUS_SESSION_BUS_ADDRESS: _, ...cron } = { ...env(), XDG_RUNTIME_DIR: runtime }
    for (let check = 0; check < 3; check++) await town.run(['report-failure', '127'], { env: cron })
    expect(heard('bus')).toEqual([`unix:path=${runtime}/bus`])
  })
})
