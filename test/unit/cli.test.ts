import { describe, expect, it } from 'vitest'
import { readCommandLine } from '../../src/cli.js'

const read = (words: readonly string[], opts?: string) =>
  readCommandLine(words, { env: opts === undefined ? {} : { GT_HEARTBEAT_OPTS: opts } })

describe('a command line', () => {
  it.each<[string[], object]>([
    [['--once'], { verb: 'check', mode: 'heartbeat', flags: {} }],
    [['--lifecycle'], { verb: 'check', mode: 'lifecycle', flags: {} }],
    [
      [
        '--once',
        '--town',
        '/t',
        '--if-due',
        '--dry-run',
        '--json',
        '--wait',
        '1h30m',
        '--config',
        'c',
        '--dialect',
        'x',
      ],
      {
        verb: 'check',
        mode: 'heartbeat',
        flags: { town: '/t', ifDue: true, dryRun: true, json: true, wait: 5_400_000, config: 'c', dialect: 'x' },
      },
    ],
    [
      ['--once', '--trust-beads', '-v'],
      { verb: 'check', mode: 'heartbeat', flags: { trustBeads: true, verbose: true } },
    ],
    [['-q', '--once'], { verb: 'check', mode: 'heartbeat', flags: { quiet: true } }],
    [['status'], { verb: 'status', flags: {} }],
    [['--town', '/t', 'status', '--json'], { verb: 'status', flags: { town: '/t', json: true } }],
    [['history'], { verb: 'history', checks: 20, flags: {} }],
    [['history', '-n', '5', '--town=/t'], { verb: 'history', checks: 5, flags: { town: '/t' } }],
    [['down'], { verb: 'down', whom: 'town', flags: {} }],
    [['up', 'gastown/polecats/nux', '-q'], { verb: 'up', whom: 'gastown/polecats/nux', flags: { quiet: true } }],
  ])('%j', (words, request) => {
    expect(read(words)).toEqual(request)
  })

  it.each<[string[], RegExp]>([
    [['--onc'], /^unknown option '--onc' \(Did you mean --once\?\)$/],
    [['statu'], /^unknown command 'statu' \(Did you mean status\?\)$/],
    [['docter'], /Did you mean doctor/],
    [['--once', 'now'], /^unknown command 'now'/],
    [['\t'], /^unknown command '\\t'/],
    [['--once', '--lifecycle'], /^option '--once' cannot be used with option '--lifecycle'$/],
    [['--lifecycle', '--if-due'], /'--if-due'/],
    [['--once', '-q', '-v'], /cannot be used with/],
    [['--town', '/t'], /^say --once for a heartbeat/],
    [['--town'], /argument missing/],
    [['--once', '--town', ''], /It is empty/],
    [['--once', '--wait', '5'], /Write a time such as 90s, 5m or 1h30m/],
    [['--once', '--wait', '-5s'], /Write a time/],
    [['--once', '--json=yes'], /--json/],
    [['status', '--dry-run'], /^option '--dry-run' is not for status$/],
    [['down', '--json'], /^option '--json' is not for down$/],
    [['down', 'a', 'b'], /too many arguments/],
    [['history', '-n', '0'], /Write a number from 1 on/],
    [['history', '-n', '1e3'], /Write a number from 1 on/],
    [['status', '--statsu'], /unknown option/],
  ])('%j is refused in one line that says what was meant', (words, message) => {
    expect(() => read(words)).toThrow(
      expect.objectContaining({ name: 'UsageError', message: expect.stringMatching(message) }),
    )
    expect(() => read(words)).not.toThrow(/\n/)
  })

  it('without a word gets the help, with 64', () => {
    expect(read([])).toEqual({ verb: 'say', exitCode: 64, text: expect.stringMatching(/^Usage: gt-heartbeat --once/) })
    expect(read([], '--once')).toMatchObject({ verb: 'say', exitCode: 64 })
  })

  it.each([['--help'], ['-h'], ['status', '--help'], ['help', 'up'], ['history', '-h'], ['down', '-h']])(
    '%s %s gets help with what it does, examples and exit codes',
    (...words) => {
      const said = read(words.filter((word) => word !== undefined))
      expect(said).toMatchObject({ verb: 'say', exitCode: 0 })
      const { text } = said as { readonly text: string }
      for (const part of ['Usage: gt-heartbeat', 'xamples', 'xit']) expect(text).toContain(part)
      expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(101)
    },
  )

  it('gets its help also where $GT_HEARTBEAT_OPTS is wrong', () => {
    expect(read(['--help'], '--foo')).toMatchObject({ verb: 'say', exitCode: 0 })
  })

  it('asked for the version says nothing else', () => {
    expect(read(['--version'])).toEqual({ verb: 'say', exitCode: 0, text: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
  })
})

describe('$GT_HEARTBEAT_OPTS', () => {
  it.each<[string, string[], object]>([
    [`--town "/home/a b" --trust-beads`, ['--once'], { town: '/home/a b', trustBeads: true }],
    ['--town /a --wait 5m', ['--once', '--town', '/b'], { town: '/b', wait: 300_000 }],
    ['-v', ['--once', '-q'], { quiet: true }],
    ['-q', ['--once', '-v'], { verbose: true }],
    ['', ['--once'], {}],
    ['   ', ['--once'], {}],
    ['--once', ['--once'], {}],
  ])('%j stands before the words of the command line', (opts, words, flags) => {
    expect(read(words, opts)).toEqual({ verb: 'check', mode: 'heartbeat', flags })
  })

  it('says what kind of check is meant where the command line does not', () => {
    expect(read(['--json'], '--lifecycle')).toMatchObject({ mode: 'lifecycle' })
    expect(read(['--lifecycle'], '--once')).toMatchObject({ mode: 'lifecycle' })
    expect(read(['--once'], '--lifecycle')).toMatchObject({ mode: 'heartbeat' })
  })

  it('makes --lifecycle leave --if-due aside, which is for heartbeats', () => {
    expect(read(['--lifecycle'], '--if-due')).toEqual({ verb: 'check', mode: 'lifecycle', flags: {} })
    expect(read(['--once'], '--if-due')).toMatchObject({ flags: { ifDue: true } })
  })

  it('gives other commands what they know of it', () => {
    expect(read(['status'], '--once --town /t --dry-run --json')).toEqual({
      verb: 'status',
      flags: { town: '/t', json: true },
    })
    expect(read(['down', '--town', '/u'], '--town /t')).toMatchObject({ flags: { town: '/u' } })
  })

  it.each([
    ['--foo', /^\$GT_HEARTBEAT_OPTS: unknown option '--foo'/],
    ['--wait x', /^\$GT_HEARTBEAT_OPTS: .*Write a time/],
    [`--town '/a`, /^\$GT_HEARTBEAT_OPTS has a quote that is never closed/],
    ['status', /^\$GT_HEARTBEAT_OPTS: only options of a check/],
    ['--help', /^\$GT_HEARTBEAT_OPTS: only options of a check/],
    ['stray', /^\$GT_HEARTBEAT_OPTS: unknown command 'stray'/],
    ['--once --lifecycle', /^\$GT_HEARTBEAT_OPTS: .*cannot be used with/],
  ])('%j is refused, and it is said where it came from', (opts, message) => {
    expect(() => read(['--once'], opts)).toThrow(message)
    expect(() => read(['status'], opts)).toThrow(message)
  })
})
