import Ajv2020 from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { closest } from '../../src/config/closest.js'
import { checkConfig } from '../../src/config.js'
import { publishedSchemas } from '../support/schemas.js'
import { defaultSettings } from '../support/town-builder.js'

const FILE = '/town/daemon/heartbeat.config.json'
const complaintsOf = (content: unknown) => checkConfig(FILE, content).complaints.map(({ key, what }) => [key, what])

describe('a configuration', () => {
  it('that says nothing gives every key its default', () => {
    const { settings, complaints } = checkConfig(FILE, {})
    expect(settings).toEqual(defaultSettings)
    expect(complaints).toEqual([])
  })

  it('is used as it is written, durations in ms, launch lines as words', () => {
    const { settings, complaints } = checkConfig(FILE, {
      $schema: 'https://example.org/config.schema.json',
      maxStarts: 2,
      launch: { witness: `claude --model "big one"` },
      launchShell: false,
      intervals: [
        ['1m', '2m'],
        [null, '1h30m'],
      ],
      backoff: { hold: '2h' },
      logSize: '500KB',
      onFailure: `notify-send 'town is ill'`,
      tmuxSocket: '/run/tmux/town',
    })
    expect(complaints).toEqual([])
    expect(settings).toEqual({
      ...defaultSettings,
      maxStarts: 2,
      launch: { ...defaultSettings.launch, witness: ['claude', '--model', 'big one'] },
      launchShell: false,
      intervals: [
        { below: 60_000, next: 120_000 },
        { below: null, next: 5_400_000 },
      ],
      backoff: { ...defaultSettings.backoff, hold: 7_200_000 },
      logSize: 500_000,
      onFailure: `notify-send 'town is ill'`,
      tmuxSocket: '/run/tmux/town',
    })
  })

  it('is outweighed by flags, and only by those that were written', () => {
    const file = { dialect: 'current', trustBeads: true }
    expect(checkConfig(FILE, file, { dialect: 'classic' }).settings).toMatchObject({
      dialect: 'classic',
      trustBeads: true,
    })
    expect(checkConfig(FILE, {}, { trustBeads: true }).settings).toMatchObject({ dialect: undefined, trustBeads: true })
  })

  it('gets all its complaints at once, each with file and key', () => {
    const { settings, complaints } = checkConfig(FILE, { maxstarts: 1, deadline: 20, backoff: { hold: 'x', holds: 1 } })
    expect(complaints).toEqual([
      { file: FILE, key: 'deadline', what: 'write a time such as "90s", "5m" or "1h30m"' },
      { file: FILE, key: 'backoff.hold', what: 'is no time such as 90s, 5m or 1h30m' },
      { file: FILE, key: 'backoff.holds', what: 'is not a key of the configuration' },
      { file: FILE, key: 'maxstarts', what: 'is not a key of the configuration: was maxStarts meant?' },
    ])
    expect(settings).toEqual(defaultSettings)
  })

  it.each<[string, unknown, string, RegExp]>([
    ['a list', [], '', /expected object/],
    ['a word', 'x', '', /expected object/],
    ['no number of starts', { maxStarts: 'many' }, 'maxStarts', /expected number/],
    ['half a start', { maxStarts: 1.5 }, 'maxStarts', /int/],
    ['no start at all', { maxStarts: 0 }, 'maxStarts', />=1/],
    ['an empty launch line', { launch: { deacon: '' } }, 'launch.deacon', /is empty: it must name a program/],
    ['a launch line of blanks', { launch: { deacon: '   ' } }, 'launch.deacon', /is empty/],
    ['a launch line of an empty word', { launch: { deacon: `''` } }, 'launch.deacon', /is empty/],
    ['an open quote', { launch: { crew: `claude 'x` } }, 'launch.crew', /a quote that is never closed/],
    ['a second line', { launch: { crew: 'claude\nrm -rf x' } }, 'launch.crew', /a line break/],
    ['a NUL byte', { launch: { crew: 'claude\0' } }, 'launch.crew', /control character/],
    ['an assignment', { launch: { mayor: 'A=b claude' } }, 'launch.mayor', /write env A=b/],
    ['an option for a program', { launch: { mayor: '--x' } }, 'launch.mayor', /begins with an option/],
    ['a role that is none', { launch: { boss: 'claude' } }, 'launch.boss', /is not a key/],
    ['a shell by name', { launchShell: 'zsh' }, 'launchShell', /"login", the absolute path/],
    ['a shell with a newline', { launchShell: '/bin/sh\n' }, 'launchShell', /a line break/],
    ['names that are no list', { agentNames: 'claude' }, 'agentNames', /expected array/],
    ['an empty name', { agentNames: [''] }, 'agentNames.0', /small/],
    ['no interval', { intervals: [] }, 'intervals', /at least one pair/],
    ['intervals without an end', { intervals: [['5m', '5m']] }, 'intervals', /the last one must be null/],
    [
      'intervals out of order',
      {
        intervals: [
          ['5m', '5m'],
          ['4m', '5m'],
          [null, '5m'],
        ],
      },
      'intervals',
      /must ascend/,
    ],
    [
      'an end in the middle',
      {
        intervals: [
          [null, '5m'],
          [null, '5m'],
        ],
      },
      'intervals',
      /must ascend/,
    ],
    ['an interval of seconds', { intervals: [[null, '59s']] }, 'intervals.0.1', /is less than 1m/],
    ['half a pair', { intervals: [['5m']] }, 'intervals.0', /must be a pair|\[/],
    ['no time at all', { deadline: '0s' }, 'deadline', /is less than 1s/],
    ['a deadline beyond the whole', { deadline: '2m' }, 'deadline', /longer than runDeadline/],
    ['a start beyond the whole', { runDeadline: '30s' }, 'startDeadline', /longer than runDeadline/],
    ['no size', { logSize: '10' }, 'logSize', /no size such as/],
    ['a size as a number', { historySize: 10 }, 'historySize', /write a size/],
    ['a dialect that is none', { dialect: 'old' }, 'dialect', /"classic" or "current"/],
    ['a socket by name', { tmuxSocket: 'town' }, 'tmuxSocket', /absolute path/],
    ['a socket too long', { tmuxSocket: `/${'x'.repeat(110)}` }, 'tmuxSocket', /too long/],
    ['metrics nowhere', { metrics: 'x.prom' }, 'metrics', /absolute path/],
    ['a command that is none', { onFailure: '' }, 'onFailure', /is empty/],
    ['worktree as a word', { worktree: 'yes' }, 'worktree', /expected boolean/],
  ])('with %s is wrong', (_, content, key, what) => {
    expect(complaintsOf(content)).toEqual([[key, expect.stringMatching(what)]])
  })

  it('never makes it throw, whatever stands there', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (content) => {
        const { settings, complaints } = checkConfig(FILE, content)
        expect(complaints.length === 0 || settings.maxStarts === 5).toBe(true)
      }),
    )
  })
})

describe('the published schema of the configuration', () => {
  const text = publishedSchemas().find(({ file }) => file === 'config.schema.json')?.text ?? ''
  const isValid = new Ajv2020.default({ strict: false }).compile(JSON.parse(text))

  it.each<[unknown, boolean]>([
    [{}, true],
    [
      {
        maxStarts: 3,
        launchShell: false,
        intervals: [
          ['5m', '5m'],
          [null, '1h'],
        ],
        backoff: { hold: '2h' },
      },
      true,
    ],
    [{ maxStarts: '3' }, false],
    [{ deadline: '20' }, false],
    [{ unknown: 1 }, false],
    [{ backoff: { unknown: 1 } }, false],
    [{ launchShell: 3 }, false],
  ])('says of %j: %s', (content, valid) => {
    expect(isValid(content)).toBe(valid)
  })
})

describe('what somebody meant', () => {
  const known = ['status', 'history', 'down', 'up']
  it.each([
    ['statu', 'status'],
    ['Status', 'status'],
    ['histroy', 'history'],
    ['dwon', undefined],
    ['don', 'down'],
    ['up!', 'up'],
    ['doctor', undefined],
    ['', undefined],
  ])('%j: %s', (word, meant) => {
    expect(closest(word, known)).toBe(meant)
  })
})
