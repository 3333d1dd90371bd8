import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { activityFilesOf } from '../../src/find-dialect.js'
import { notDue } from '../../src/gate/not-due.js'
import { findProgram } from '../../src/ports/program-path.js'
import { located } from '../support/stand-ins.js'
import { put } from '../support/town-folder.js'

// One table for the rule in the program and for the one in the helper, which cron, launchd and systemd go by.
const HELPER = fileURLToPath(new URL('../../scripts/gt-rearm', import.meta.url))
const PATH = process.env['PATH'] ?? '/usr/bin:/bin'

/** The clock in all of these: epoch seconds. */
const NOW = 1_790_000_000
const at = (last: number, earliest: number, next: number): string => `${NOW + last} ${NOW + earliest} ${NOW + next}\n`

interface Situation {
  /** What `daemon/heartbeat/next` holds; undefined: there is none. */
  readonly line: string | undefined
  /** When it was written, in seconds from now; a minute ago unless said. */
  readonly writtenAt?: number
  /** When the town's activity file changed, in seconds from now. */
  readonly activeAt?: number
  /** The same for ~/gt, where that is another folder. */
  readonly activeAtHome?: number
  /** The same for the town's log of events, and for the heartbeat of an agent. */
  readonly eventAt?: number
  readonly agentAt?: number
  /** When something was dropped into the folder of requests, and its name. */
  readonly requestAt?: number
  readonly request?: string
  readonly due: boolean
}

const waiting = at(-60, 240, 540)
const ripe = at(-400, -100, 3200)

const table: readonly (readonly [string, Situation])[] = [
  ['no check was ever made', { line: undefined, due: true }],
  ['nothing has happened yet', { line: waiting, due: false }],
  ['the time is one second off', { line: at(-299, 1, 1), due: false }],
  ['the time has come', { line: at(-300, 0, 0), due: true }],
  ['the time has long passed', { line: at(-90_000, -89_700, -86_400), due: true }],
  ['the last check is this very second', { line: at(0, 300, 300), due: false }],
  ['the clock was set back behind the last check', { line: at(1, 301, 301), due: true }],
  ['the line has no newline', { line: waiting.trimEnd(), due: false }],
  ['numbers have zeros before them', { line: `0${NOW - 60} 0${NOW + 240} 0${NOW + 540}\n`, due: false }],
  ['the file is empty', { line: '', due: true }],
  ['there is only a newline', { line: '\n', due: true }],
  ['a number is missing', { line: `${NOW} ${NOW + 300}\n`, due: true }],
  ['there is a number too many', { line: `${NOW} ${NOW} ${NOW + 9} ${NOW + 9}\n`, due: true }],
  ['there is a word among them', { line: `${NOW} soon ${NOW + 300}\n`, due: true }],
  ['a number is negative', { line: `-1 ${NOW} ${NOW + 300}\n`, due: true }],
  ['a number is longer than any time', { line: `${NOW} ${NOW} 123456789012\n`, due: true }],
  ['a number is as long as may be', { line: `${NOW} ${NOW} 12345678901\n`, due: false }],
  ['there are two blanks', { line: waiting.replace(' ', '  '), due: true }],
  ['there is a tab', { line: waiting.replace(' ', '\t'), due: true }],
  ['there is a blank before', { line: ` ${waiting}`, due: true }],
  ['there is a blank after', { line: waiting.replace('\n', ' \n'), due: true }],
  ['there is a carriage return', { line: waiting.replace('\n', '\r\n'), due: true }],
  ['there is another line', { line: `${waiting}more\n`, due: true }],
  ['there is another line without a newline', { line: `${waiting}more`, due: true }],
  ['there is an empty line after', { line: `${waiting}\n`, due: true }],
  ['there are signs that a shell would expand', { line: '* ? $HOME\n', due: true }],
  ['the town was active after the check, and the shortest pause is over', { line: ripe, activeAt: -30, due: true }],
  [
    'the town was active just now, the shortest pause ends this second',
    { line: at(-300, 0, 3300), activeAt: 0, due: true },
  ],
  ['the town was active after the check, too soon for another', { line: waiting, activeAt: -30, due: false }],
  ['the town was active before the check only', { line: ripe, activeAt: -90, due: false }],
  ['the town was active in the instant the line was written', { line: ripe, activeAt: -60, due: false }],
  ['the town at home was active after the check', { line: ripe, activeAtHome: -30, due: true }],
  ['the town at home was active before the check', { line: ripe, activeAtHome: -90, due: false }],
  ['something happened in the town after the check', { line: ripe, eventAt: -30, due: true }],
  ['something happened in the town before the check only', { line: ripe, eventAt: -90, due: false }],
  ['an agent gave a sign after the check', { line: ripe, agentAt: -30, due: true }],
  ['an agent gave a sign before the check only', { line: ripe, agentAt: -90, due: false }],
  ['an agent gave a sign after the check, too soon for another', { line: waiting, agentAt: -30, due: false }],
  ['nothing says when the town was active', { line: ripe, due: false }],
  ['a request was dropped after the check, however soon', { line: waiting, requestAt: -30, due: true }],
  ['a request was dropped in the instant the line was written', { line: waiting, requestAt: -60, due: true }],
  ['a request lies there that the check could not take out', { line: waiting, requestAt: -61, due: false }],
  ['a request with a blank in its name was dropped', { line: waiting, requestAt: -30, request: 'a b', due: true }],
  ['a request is a link to nothing', { line: waiting, requestAt: -30, request: '-> nothing', due: true }],
  ['a file was dropped that does not count', { line: waiting, requestAt: -30, request: '.hidden', due: false }],
  ['the folder of requests changed and is empty', { line: waiting, requestAt: -30, request: '', due: false }],
  ['the line was written in what is now the future', { line: ripe, writtenAt: 600, activeAt: -30, due: false }],
]

let stage: string
beforeAll(() => {
  stage = mkdtempSync(join(tmpdir(), 'due-'))
  const date = join(stage, 'bin/date')
  put(date, `#!/bin/sh\necho ${NOW}\n`)
  chmodSync(date, 0o755)
})
afterAll(() => rmSync(stage, { recursive: true }))

const roots = new Map<string, string>()

/** The town of a situation, with a blank and a quote in its name, and a home with another one. */
function townOf(name: string, { line, writtenAt = -60, requestAt, request = 'now', ...active }: Situation) {
  const home = join(stage, `home ${roots.size}`)
  const root = roots.get(name) ?? join(home, "the 'town'")
  roots.set(name, root)
  const write = (path: string, content: string, seconds: number): void => {
    put(path, content)
    utimesSync(path, NOW + seconds, NOW + seconds)
  }
  mkdirSync(root, { recursive: true })
  if (line !== undefined) write(join(root, 'daemon/heartbeat/next'), line, writtenAt)
  if (requestAt !== undefined) {
    const folder = join(root, 'daemon/requests')
    mkdirSync(folder, { recursive: true })
    if (request.startsWith('-> ')) linkOnce(join(folder, 'link'))
    else if (request !== '') put(join(folder, request), '')
    utimesSync(folder, NOW + requestAt, NOW + requestAt)
  }
  const marks = {
    activeAt: join(root, 'daemon/activity.json'),
    activeAtHome: join(home, 'gt/daemon/activity.json'),
    eventAt: join(root, '.events.jsonl'),
    agentAt: join(root, '.runtime/heartbeats/de-rust.json'),
  } as const
  for (const [when, path] of Object.entries(marks)) {
    const seconds = Object.entries(active).find(([name]) => name === when)?.[1]
    if (typeof seconds === 'number') write(path, '{}', seconds)
  }
  return { root, env: { HOME: home, GT_TOWN_ROOT: root, PATH: `${join(stage, 'bin')}${delimiter}${PATH}` } }
}

/** A town is raised for the program and for each shell. */
function linkOnce(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) symlinkSync('/nowhere', path)
}

const shells = [['sh'], ['dash'], ['bash', '--posix'], ['busybox', 'sh'], ['zsh', '--emulate', 'sh']] as const

describe('a check is due or not as the table says', () => {
  it.each(table)('for the program, when %s', (name, situation) => {
    const { root, env } = townOf(name, situation)
    expect(notDue(root, activityFilesOf(root, env), NOW * 1000) === undefined).toBe(situation.due)
  })

  for (const [shell, ...words] of shells) {
    it(`for the helper in ${shell}`, (ctx) => {
      if (located(shell, PATH) === undefined) return ctx.skip(`needs ${shell}: apt-get install ${shell}`)
      const answers = table.map(([name, situation]) => {
        const { env } = townOf(name, situation)
        const { status, stdout, stderr } = spawnSync(shell, [...words, HELPER, 'due'], { env, encoding: 'utf8' })
        return [name, { due: status === 0, said: stdout + stderr }]
      })
      expect(answers).toEqual(table.map(([name, { due }]) => [name, { due, said: '' }]))
    })
  }
})

describe('the helper', () => {
  const run = (words: readonly string[], situation: Situation, variables: Readonly<Record<string, string>> = {}) => {
    const { env } = townOf(`for ${words.join(' ')} ${JSON.stringify(situation)}`, situation)
    return spawnSync(HELPER, words, { env: { ...env, ...variables }, encoding: 'utf8' })
  }

  it('becomes the command when a check is due: its words, its exit code', () => {
    const { status, stdout } = run(['run', 'sh', '-c', 'echo "$1"; exit 3', 'sh', 'a "word" $HOME'], {
      line: undefined,
      due: true,
    })
    expect({ status, stdout }).toEqual({ status: 3, stdout: 'a "word" $HOME\n' })
  })

  it('runs nothing when none is due, and that is fine', () => {
    expect(run(['run', 'echo', 'never'], { line: waiting, due: false })).toMatchObject({ status: 0, stdout: '' })
  })

  it('means ~/gt when no town is named', () => {
    const { env } = townOf('at home', { line: waiting, due: false })
    put(join(env.HOME, 'gt/daemon/heartbeat/next'), waiting)
    const ask = (town: Readonly<Record<string, string>>) =>
      spawnSync(HELPER, ['due'], { env: { HOME: env.HOME, PATH: env.PATH, ...town } }).status
    expect([ask({}), ask({ GT_TOWN_ROOT: '' }), ask({ GT_TOWN_ROOT: join(stage, 'elsewhere') })]).toEqual([1, 1, 0])
  })

  it.each([[[]], [['run']], [['due', 'now']], [['arm', 'now']], [['dew']], [['']]])(
    'says how it is used: %j',
    (words) => {
      const { status, stdout, stderr } = run(words, { line: waiting, due: false })
      expect({ status, stdout }).toEqual({ status: 64, stdout: '' })
      expect(stderr).toMatch(/^usage: gt-rearm /)
    },
  )

  describe('rests after a run for requests', () => {
    const rest = (situation: Partial<Situation>, markedAt: number | undefined, sleep = 'echo "$1" >>"$HOME/slept"') => {
      const { root, env } = townOf(`rest ${JSON.stringify([situation, markedAt, sleep])}`, {
        line: waiting,
        due: false,
        ...situation,
      })
      const bin = join(env.HOME, 'bin')
      put(join(bin, 'sleep'), `#!/bin/sh\n${sleep}\n`)
      chmodSync(join(bin, 'sleep'), 0o755)
      const mark = join(env.HOME, 'gt-lifecycle@work.mark')
      const more = { XDG_RUNTIME_DIR: env.HOME, GT_INSTANCE: '@work', PATH: `${bin}${delimiter}${env.PATH}` }
      if (markedAt !== undefined) {
        expect(spawnSync(HELPER, ['mark'], { env: { ...env, ...more } }).status).toBe(0)
        utimesSync(mark, NOW + markedAt, NOW + markedAt)
      }
      const { status, stdout, stderr } = spawnSync(HELPER, ['rest'], { env: { ...env, ...more }, encoding: 'utf8' })
      expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' })
      const slept = join(env.HOME, 'slept')
      return { root, times: existsSync(slept) ? readFileSync(slept, 'utf8').trim().split('\n').length : 0 }
    }

    it('a minute when that has changed nothing in the folder', () => {
      expect(rest({ requestAt: -30 }, -10).times).toBe(60)
    })

    it('until something changes there', () => {
      const drop = 'echo >>"$HOME/slept"; touch "$GT_TOWN_ROOT/daemon/requests/another"'
      expect(rest({ requestAt: -30 }, -10, drop).times).toBe(1)
    })

    it.each<[string, Partial<Situation>, number | undefined]>([
      ['the folder is empty', { requestAt: -30, request: '' }, -10],
      ['there is no folder', {}, -10],
      ['the run has taken something out, or something came since', { requestAt: -30 }, -31],
      ['nothing tells when the run began', { requestAt: -30 }, undefined],
    ])('not at all when %s', (_, situation, markedAt) => {
      expect(rest(situation, markedAt).times).toBe(0)
    })
  })

  it('arms nothing where there is no systemd', () => {
    const bare = join(stage, 'bare')
    mkdirSync(bare, { recursive: true })
    execFileSync('ln', ['-sf', findProgram('date', { PATH }) ?? '', findProgram('sh', { PATH }) ?? '', bare])
    expect(run(['arm'], { line: waiting, due: false }, { PATH: bare })).toMatchObject({
      status: 0,
      stdout: '',
      stderr: '',
    })
  })
})
