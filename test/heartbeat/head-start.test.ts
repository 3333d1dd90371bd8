import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HeadStart } from '../../src/ports/head-start.js'
import { type Holder, lockFile, readHolder } from '../../src/ports/lock-holder.js'
import { run } from '../../src/run.js'
import { readDocument } from '../support/check-document.js'
import { type Check, type FakeTown, raiseTown } from '../support/fake-town.js'
import { processesOf } from '../support/leftovers.js'
import type { RunOptions } from '../support/run-check.js'
import { hang, slow } from '../support/stand-ins.js'
import { waitFor } from '../support/wait-for.js'

const record = 'daemon/heartbeat/first-questions.json'
const forged = ['--readonly', 'list', '--label', 'forged']

let town: FakeTown

beforeEach(() => {
  town = raiseTown()
})
afterEach(() => town.end())

const wordsOf = ({ calls }: Check): readonly string[] =>
  calls.filter(({ program }) => program === 'bd').map(({ args }) => args.join(' '))
const recorded = () => JSON.parse(town.read(record) ?? '{}')
/** Puts one question more to the others, which no check asks: bd is asked it where anything is asked ahead. */
function forge(changes: Readonly<Record<string, unknown>> = {}): void {
  const { questions } = recorded()
  const more = { ...questions[0], args: forged, ...changes }
  town.write(record, JSON.stringify({ schema: 1, questions: [...questions, more] }))
}

const isAskedAhead = async (options: Partial<RunOptions> = {}, words: readonly string[] = ['--once']) =>
  wordsOf(await town.run(words, options)).includes(forged.join(' '))

describe.each(['classic', 'current'] as const)('what the last check of a %s town asked first', (kind) => {
  beforeEach(async () => {
    await town.end()
    town = raiseTown({ kind })
    town.addRig('gastown')
    town.setBead('deacon', { state: 'running' })
    await town.wake('deacon', 'gastown/witness', 'gastown/refinery')
    await town.run(['--once'])
  })

  it('is asked once by the next one, and its answers count', async () => {
    const usual = wordsOf(await town.run(['--once', '--verbose']))
    expect(usual.length).toBeGreaterThan(1)
    town.sendMail({ from: 'mayor/', subject: 'Read this', body: 'when you have time' })
    const { stdout, ...check } = await town.run(['--once', '--json'])
    expect([...wordsOf({ stdout, ...check })].sort()).toEqual([...usual].sort())
    const { children, blindSpots, seen } = readDocument(stdout)
    expect(children.find(({ program }) => program === 'bd')?.calls).toBe(usual.length)
    expect([seen.mail, blindSpots]).toEqual([1, []])
  })

  it('is written down anew where that is something else now, and asked for in addition', async () => {
    const before = recorded().questions
    const usual = wordsOf(await town.run(['--once'])).length
    town.write(record, JSON.stringify({ schema: 1, questions: [before[0]] }))
    const { calls } = await town.run(['--once'])
    const asked = calls.flatMap(({ program, args, cwd }) => (program === 'bd' ? [JSON.stringify([args, cwd])] : []))
    expect([asked.length, new Set(asked).size]).toEqual([usual, usual])
    expect(recorded().questions).toEqual(before)
  })

  it('stands in a file of its owner, without anything of its environment', async () => {
    const env = { ...town.env, ANTHROPIC_API_KEY: 'sk-ant-secret', BEADS_DOLT_PASSWORD: 'secret' }
    rmSync(join(town.root, record))
    await town.run(['--once'], { env })
    expect(town.read(record)).toMatch(/GT_ROOT/)
    expect(town.read(record)).not.toMatch(/secret|PASSWORD|HOME/)
  })
})

describe('nothing is asked ahead', () => {
  beforeEach(async () => {
    town.write('daemon/heartbeat.config.json', '{}')
    const longAgo = Date.now() / 1000 - 3600
    utimesSync(join(town.root, 'daemon/heartbeat.config.json'), longAgo, longAgo)
    await waitFor('its times differ', async () => {
      await town.run(['--once'])
      forge()
      return isAskedAhead()
    })
    forge()
  })

  it('but where all is as it was', async () => {
    // Nobody wants this one's answer: it may be ended before it can say that it was asked.
    await waitFor('it is asked', () => {
      forge()
      return isAskedAhead()
    })
  })

  it.each([['--dry-run'], ['--wait', '1s'], ['--dialect', 'classic']])('for a check with %s', async (...words) => {
    expect(await isAskedAhead({}, ['--once', ...words])).toBe(false)
  })

  it('for what only looks at requests', async () => expect(await isAskedAhead({}, ['--lifecycle'])).toBe(false))

  it('where options stand in $GT_HEARTBEAT_OPTS', async () => {
    expect(await isAskedAhead({ env: { ...town.env, GT_HEARTBEAT_OPTS: '--verbose' } })).toBe(false)
  })

  it.each([[], ['--json'], ['--verbose']])('where none is due, and %j says more', async (...words) => {
    expect(await isAskedAhead({}, ['--once', '--if-due', ...words])).toBe(false)
  })

  it('while another check is at work, and that one is left alone', async () => {
    town.programs.spoil('bd', slow(3))
    let pid = 0
    const first = town.run(['--once'], {
      started: (child) => {
        pid = child.pid
      },
    })
    await waitFor('the first one has the lock', () => readHolder(lockFile(town.root))?.pid === pid)
    forge()
    const second = await town.run(['--once'])
    expect(second).toMatchObject({ exitCode: 75, calls: [] })
    expect((await first).exitCode).toBe(0)
  })

  it('where the configuration was changed, right or wrong', async () => {
    town.configure({ restartHung: true })
    expect(await isAskedAhead()).toBe(false)
    town.write('daemon/heartbeat.config.json', '{')
    expect(await town.run(['--once'])).toMatchObject({ exitCode: 78, calls: [] })
  })

  it('where there is no tmux, no bd, or no town any more', async () => {
    const PATH = join(town.stage, 'nothing')
    expect(await town.run(['--once'], { env: { ...town.env, PATH } })).toMatchObject({ exitCode: 69, calls: [] })
    town.write('mayor/town.json', '[]')
    expect(await town.run(['--once'])).toMatchObject({ exitCode: 78, calls: [] })
  })

  it('where a variable would lead bd elsewhere', async () => {
    expect(await isAskedAhead({ env: { ...town.env, BEADS_DOLT_SERVER_DATABASE: 'other' } })).toBe(false)
  })

  it.each([
    ['words that change something', { args: ['close', 'forged'] }],
    ['a folder outside the town', { cwd: '/' }],
    ['a variable of the system', { with: { LD_PRELOAD: '/nowhere' } }],
  ])('where a question has %s', async (_, changes) => {
    forge(changes)
    const { calls, exitCode } = await town.run(['--once'])
    expect(exitCode).toBe(0)
    const asked = calls.filter(({ program }) => program === 'bd')
    const isForged = ({ args, cwd, env }: (typeof asked)[number]) =>
      args.includes('forged') || cwd === '/' || env['LD_PRELOAD'] !== undefined
    expect([asked.length, asked.filter(isForged)]).toEqual([2, []])
  })
})

describe('what was asked ahead', () => {
  beforeEach(async () => void (await town.run(['--once'])))

  const hanging = () => processesOf(town.stage).filter(({ command }) => command.startsWith('sleep 600'))

  it('and is not wanted is ended before the check is over', async () => {
    forge()
    town.programs.spoil('bd', `case "$*" in *forged*) ${hang} ;; esac\n`)
    expect((await town.run(['--once'])).exitCode).toBe(0)
    await waitFor('nobody hangs', () => hanging().length === 0)
  })

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('ends with a check that is told to stop by %s', async (signal) => {
    town.programs.spoil('bd', hang)
    const ending = await town.run(['--once'], {
      started: async ({ kill }) => {
        await waitFor('bd hangs', () => hanging().length === 2)
        kill(signal)
      },
    })
    expect(ending).toMatchObject({ signal, stdout: '' })
    await waitFor('nobody hangs', () => hanging().length === 0)
  })

  it('ends with a check that is told to stop before it has looked at anything', async () => {
    const lock = lockFile(town.root)
    const holds = `const file = require('node:fs').openSync(process.argv[1], 'r+')
      if (!require('fs-native-extensions').tryLock(file)) process.exit(1)
      console.log('held')
      setTimeout(() => undefined, 60_000)`
    // Somebody who has just taken it, and has not written down yet who it is.
    const somebody = spawn(process.execPath, ['-e', holds, lock])
    await once(somebody.stdout, 'data')
    town.programs.spoil('bd', `kill -TERM $PPID\n${hang}`)
    const { signal, exitCode, calls } = await town.run(['--once']).finally(() => somebody.kill('SIGKILL'))
    expect([signal, exitCode]).toEqual(['SIGTERM', null])
    expect(calls.length).toBeGreaterThan(0)
    await waitFor('nobody hangs', () => hanging().length === 0)
  })
})

describe('another check that was at work since bd was asked', () => {
  /** What becomes of the head start of a check before which somebody had the lock, in order. */
  async function fateAfter(holder: Holder): Promise<readonly string[]> {
    const fate: string[] = []
    const headStart: HeadStart = {
      after: holder,
      activity: () => undefined,
      take: () => void fate.push('take'),
      end: () => void fate.push('end'),
    }
    const surroundings = { env: town.env, cwd: town.root, colour: false, platform: process.platform, headStart }
    const { exitCode } = await run(['--town', town.root, '--once'], { ...surroundings, onStop: () => undefined })
    expect(exitCode).toBe(0)
    return fate
  }

  it('may have done what bd did not know yet: it is asked anew', async () => {
    await town.run(['--once'])
    const holder = readHolder(lockFile(town.root)) ?? { pid: 0, since: 0 }
    await town.run(['--once'])
    expect((await fateAfter(holder))[0]).toBe('end')
  })

  it('is not taken for one that had ended before', async () => {
    await town.run(['--once'])
    const holder = readHolder(lockFile(town.root)) ?? { pid: 0, since: 0 }
    expect((await fateAfter(holder))[0]).toBe('take')
  })
})
