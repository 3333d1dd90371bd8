import { describe, expect, it } from 'vitest'
import { type End, failingAs, hasFailed, isOfRow, rowOf } from '../../../src/domain/failing.js'
import { failureLetter, notYet, oneLine } from '../../../src/domain/failure-letter.js'

/** Checks that ended with these codes, a minute apart; `none`: broke off. */
const ends = (...codes: readonly (number | 'none')[]): readonly End[] =>
  codes.map((code, minute) => ({ at: minute * 60_000, exitCode: code === 'none' ? undefined : code }))

describe('checks that fail', () => {
  it.each<[string, readonly End[], number, number | undefined]>([
    ['none yet', [], 0, undefined],
    ['a good one last', ends(3, 3, 3, 0), 0, 180_000],
    ['a warning is no failure', ends(2, 2, 1), 0, 120_000],
    ['those since the last good one', ends(3, 0, 2, 3, 69), 3, 60_000],
    ['none of them was good', ends(3, 3, 3), 3, undefined],
    ['one that found another at work counts neither way', ends(0, 3, 75, 3, 75), 2, 0],
    ['those that broke off count', ends(1, 'none', 127, 78), 3, 0],
    ['in whatever order they are told', [...ends(3, 0, 3)].toReversed(), 1, 60_000],
  ])('are counted: %s', (_, given, failed, wellAt) => {
    const row = rowOf(given)
    expect([row.failed.length, row.wellAt]).toEqual([failed, wellAt])
  })

  it.each([
    [0, false],
    [1, false],
    [75, false],
    [2, true],
    [3, true],
    [64, true],
    [69, true],
    [78, true],
    [126, true],
    [127, true],
    [137, true],
    [undefined, true],
  ])('exit code %s: %s', (code, failed) => expect(hasFailed(code)).toBe(failed))

  it('have a word for each way to fail', () => {
    expect([2, 3, 64, 69, 78, 127, 137, undefined].map(failingAs)).toEqual([
      'critical',
      'unknown',
      'usage',
      'unavailable',
      'config',
      'broken-off',
      'broken-off',
      'broken-off',
    ])
  })

  it('are another row once a check has gone well', () => {
    const row = rowOf(ends(3, 0, 3))
    expect([isOfRow(row, 59_000), isOfRow(row, 61_000), isOfRow(rowOf(ends(3)), 0)]).toEqual([false, true, true])
  })
})

const news = {
  town: '/home/you/my\ntown',
  failing: 'unknown',
  exitCode: 3,
  inARow: 3,
  since: Date.UTC(2026, 0, 5, 10),
  because: ['bd list in /t: database is locked', 'tmux: permission denied'],
} as const

describe('what is told of them', () => {
  it('says how many, what is wrong, where, and what to type', () => {
    const { title, line, subject, body } = failureLetter(news)
    expect(title).toBe('3 checks in a row failed: something could not be seen')
    expect(line).toBe(`${title} (unknown, exit code 3): /home/you/my town: bd list in /t: database is locked`)
    expect(subject).toBe('CHECKS_FAILING: 3 in a row (unknown)')
    expect(body).toContain('\nfailed_in_a_row: 3, since 2026-01-05T10:00:00.000Z\nverdict: unknown, exit code 3\n')
    expect(body).toContain('\nbecause: bd list in /t: database is locked\nbecause: tmux: permission denied\n')
    expect(body).toContain('gt-heartbeat status')
  })

  it('names no exit code where there is none', () => {
    const line = failureLetter({ ...news, failing: 'broken-off', exitCode: undefined, because: [] }).line
    expect(line).toBe('3 checks in a row failed: checks break off (broken-off): /home/you/my town')
    expect(notYet({ ...news, inARow: 2 })).toBe('2 of 3 in a row (unknown): bd list in /t: database is locked')
  })

  it('is one line, whatever a program said', () => {
    expect(oneLine(' a\r\n\u001b[31mb\u2028c\0d ')).toBe('a [31mb c d')
    expect(oneLine('x'.repeat(1000))).toHaveLength(301)
  })
})
