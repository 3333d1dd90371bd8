import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatAge, formatDuration, parseDuration } from '../../src/domain/duration.js'

describe('times as people write them', () => {
  it.each([
    ['90s', 90_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['1h0m5s', 3_605_000],
    ['0s', 0],
    ['60m', 3_600_000],
  ])('%s is understood', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds)
  })

  it.each(['', '5', '5 m', '-5m', '5min', '1.5h', '5M', 'm', '5m1h', '5m\n', '99999999h', 'Infinity', '1d'])(
    '%j is not',
    (text) => {
      expect(parseDuration(text)).toBeUndefined()
    },
  )

  it.each([
    [0, '0s'],
    [999, '0s'],
    [-5000, '0s'],
    [45_000, '45s'],
    [60_000, '1m'],
    [90_000, '90s'],
    [150_000, '2m30s'],
    [3_600_000, '1h'],
    [5_400_000, '1h30m'],
    [3_605_000, '1h5s'],
  ])('%d ms is written %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text)
  })

  it('what is written is read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_000_000 }), (seconds) => {
        expect(parseDuration(formatDuration(seconds * 1000))).toBe(seconds * 1000)
      }),
    )
  })

  it.each([
    [125_000, '2m5s'],
    [754_000, '12m'],
    [90_061_000, '25h1m'],
    [200_000_000, '55h'],
  ])('an age of %d ms is told as %s', (milliseconds, text) => {
    expect(formatAge(milliseconds)).toBe(text)
  })
})
