import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cronMachine } from '../support/cron-machine.js'
import { packedFor } from '../support/packed-package.js'
import { makeStandIns } from '../support/stand-ins.js'
import { makeTownFolder } from '../support/town-folder.js'
import { waitFor } from '../support/wait-for.js'

/** A person's crontab, with bytes that are no text. */
const theirs = Buffer.from('MAILTO=""\nPATH=/nowhere\n# caf\xe9\n0 0 1 1 * true \\%d\n', 'latin1')

const checksIn = (town: string): readonly string[] => {
  const history = join(town, 'daemon/heartbeat/history.jsonl')
  return existsSync(history)
    ? readFileSync(history, 'utf8')
        .split('\n')
        .filter((line) => line.includes('"trigger"'))
    : []
}

describe('a package installed from its own npm file, on a machine with nothing but cron', () => {
  it('has the town checked every time it is due, finds requests within a minute, and goes without a trace', async (test) => {
    const packed = await packedFor(test)
    const folder = mkdtempSync(join(realpathSync(tmpdir()), 'cr-'))
    test.onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    // Ended before its folder goes: what is asked for last is done first.
    const machine = await cronMachine(test)
    // The path of the script stands in the crontab, where a percent sign is special.
    const home = join(folder, `it's 100% home`)
    const town = join(home, 'my "100%" täwn')
    makeTownFolder(town)
    mkdirSync(join(folder, 'sockets'), { mode: 0o700 })
    const { bin } = makeStandIns(join(folder, 'stage'), process.env['PATH'] ?? '')
    const env = {
      HOME: home,
      PATH: `${bin}:${packed.bin}:${process.env['PATH']}`,
      TMUX_TMPDIR: join(folder, 'sockets'),
    }
    const run = (...argv: readonly string[]) => {
      const { status, stdout, stderr } = machine.run(argv, { env, cwd: home })
      return { status, stdout: stdout.toString('latin1'), stderr: stderr.toString() }
    }
    const sessions = () => run('tmux', 'list-sessions', '-F', '#{session_name} #{session_id}').stdout.trim()
    const crontab = () => run('crontab', '-l').stdout
    machine.run(['crontab', '-'], { env, cwd: home, input: theirs })
    const before = readdirSync(home).sort()

    const installed = run('gt-heartbeat', 'install', '--scheduler', 'cron', '--town', town)
    expect(installed).toMatchObject({ status: 0, stderr: '' })
    expect(crontab()).toMatch(/^# >>> gt-heartbeat default .*\n\* \* \* \* \* \/bin\/sh '.*default\.sh'\n# <<< /)
    expect(crontab().endsWith(theirs.toString('latin1'))).toBe(true)
    await waitFor('a first check has run', () => checksIn(town).length > 0, 90_000)
    expect(checksIn(town)[0]).toContain('"cron"')
    expect(await waitFor('the deacon runs', sessions)).toMatch(/^gt-deacon /)

    run('tmux', 'kill-session', '-t', '=gt-deacon')
    rmSync(join(town, 'daemon/heartbeat/next'))
    mkdirSync(join(town, 'daemon/requests'), { recursive: true })
    writeFileSync(join(town, 'daemon/requests/now'), '')
    const back = await waitFor('the deacon is back', sessions, 90_000)
    expect(back).toMatch(/^gt-deacon /)
    expect(existsSync(join(town, 'daemon/requests/now'))).toBe(false)
    const log = readFileSync(join(home, '.local/state/gt-heartbeat/default.log'), 'utf8')
    expect(log).toMatch(/deacon/)

    const gone = run('gt-heartbeat', 'uninstall', '--town', town)
    expect(gone).toMatchObject({ status: 0, stderr: '' })
    expect(crontab()).toBe(theirs.toString('latin1'))
    expect(
      readdirSync(join(home), { recursive: true }).filter((path) => String(path).includes('gt-heartbeat')),
    ).toEqual([])
    expect(readdirSync(home).filter((name) => !before.includes(name) && name !== '.local')).toEqual([])
    expect(sessions()).toBe(back)
  }, 300_000)
})
