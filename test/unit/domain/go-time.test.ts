import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { goDuration, goMinutes, logStamp, parseGoTime, rfc3339 } from '../../../src/domain/go-time.js'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

describe('a duration as Go prints it', () => {
  it.each([
    [0, '0s'],
    [0.5, '500µs'],
    [1.5, '1.5ms'],
    [250, '250ms'],
    [1500, '1.5s'],
    [90 * SECOND, '1m30s'],
    [6 * HOUR, '6h0m0s'],
    [HOUR + 1, '1h0m0.001s'],
    [16571 * HOUR + 9 * MINUTE, '16571h9m0s'],
    [-90 * SECOND, '-1m30s'],
  ])('%d ms is %s', (ms, text) => expect(goDuration(ms)).toBe(text))

  it.each([
    [0, '0s'],
    [29_999, '0s'],
    [30 * SECOND, '1m0s'],
    [90 * SECOND, '2m0s'],
    [89_999, '1m0s'],
    [31 * MINUTE, '31m0s'],
    [62 * MINUTE, '1h2m0s'],
    [7859 * HOUR + 19 * MINUTE, '7859h19m0s'],
    [16571 * HOUR + 9 * MINUTE - 1, '16571h9m0s'],
    [-30 * SECOND, '-1m0s'],
    [-29_999, '0s'],
  ])('%d ms in whole minutes is %s', (ms, text) => expect(goMinutes(ms)).toBe(text))

  it('never says an e, a NaN or a blank', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), (ms) => {
        expect(goDuration(ms)).toMatch(/^-?(\d+h)?(\d+m)?\d+(\.\d+)?(ms|s)$/)
      }),
    )
  })
})

describe('a time as Go reads it', () => {
  it.each([
    ['2025-12-30T00:00:00Z', Date.UTC(2025, 11, 30)],
    ['2025-12-29T22:07:00-08:00', Date.UTC(2025, 11, 30, 6, 7)],
    ['2026-11-22T12:15:36.832787505Z', Date.UTC(2026, 10, 22, 12, 15, 36, 832)],
    ['2026-11-22T12:15:36.8+05:30', Date.UTC(2026, 10, 22, 6, 45, 36, 800)],
    ['2026-11-22T12:15:36.0004Z', Date.UTC(2026, 10, 22, 12, 15, 36)],
    ['2024-02-29T23:59:59Z', Date.UTC(2024, 1, 29, 23, 59, 59)],
    ['0001-01-01T00:00:00Z', -62135596800000],
  ])('%s is read', (text, at) => expect(parseGoTime(text)).toBe(at))

  it.each([
    '',
    '2025-12-30',
    '2025-12-30 00:00:00',
    '2025-12-30T00:00:00',
    '2025-12-30T00:00Z',
    '2025-12-30t00:00:00z',
    '2025-12-30T00:00:00.Z',
    '2025-12-30T00:00:00+0100',
    '2025-12-30T00:00:00+24:00',
    '2025-12-30T24:00:00Z',
    '2025-12-30T23:59:60Z',
    '2025-13-01T00:00:00Z',
    '2025-00-01T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2025-01-00T00:00:00Z',
    ' 2025-12-30T00:00:00Z',
    '2025-12-30T00:00:00Z\n',
    '12025-12-30T00:00:00Z',
  ])('%j is no time', (text) => expect(parseGoTime(text)).toBeUndefined())

  it('a moment that was written is read back, on any clock, to the second', () => {
    const moments = fc.integer({ min: -62135596800, max: 253402214400 })
    const clocks = fc.integer({ min: -23 * 60, max: 23 * 60 })
    fc.assert(
      fc.property(moments, clocks, (seconds, minutesEast) => {
        const at = Math.max(seconds, -62135500000) * SECOND
        expect(parseGoTime(rfc3339(at, minutesEast))).toBe(at)
      }),
    )
  })
})

describe('a moment on the clock of the town', () => {
  const at = Date.UTC(2025, 11, 30, 6, 7, 0, 999)
  it.each([
    [0, '2025-12-30T06:07:00Z', '2025/12/30 06:07:00'],
    [-480, '2025-12-29T22:07:00-08:00', '2025/12/29 22:07:00'],
    [330, '2025-12-30T11:37:00+05:30', '2025/12/30 11:37:00'],
  ])('%d minutes east of UTC it is %s', (minutesEast, written, stamp) => {
    expect(rfc3339(at, minutesEast)).toBe(written)
    expect(logStamp(at, minutesEast)).toBe(stamp)
  })
})
