import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../src/domain/action.js'
import { resultOf } from '../../src/domain/verdict.js'
import { type ExitCode, exitCodes, verdictFor } from '../../src/exit-codes.js'
import { exitCodeOf } from '../../src/remember/account.js'
import { carryOut, finding, notify, start } from './heartbeat-parts.js'

const done: Outcome = { action: start('deacon'), outcome: 'done' }
const failed: Outcome = { action: start('deacon'), outcome: 'failed', error: 'no such program' }
const blind = { what: 'the mail', why: 'bd timed out' }
const missing = { ...blind, missingProgram: 'bd' }
const wanting = finding({ wantsPerson: true })
const seen = finding({ wantsPerson: false })

const soon = { because: '5 s are left', soon: true }
const later = (deferred?: Outcome['action']['deferred']): Outcome => ({
  action: { ...carryOut('cycle'), ...(deferred ? { deferred } : {}) },
  outcome: 'deferred',
})

describe('a check with an open gate comes to the worst that happened', () => {
  it.each<[string, Parameters<typeof resultOf>[0], string]>([
    ['nothing', { outcomes: [], blindSpots: [], findings: [] }, 'ok'],
    ['something was repaired', { outcomes: [done], blindSpots: [], findings: [seen] }, 'ok'],
    ['a person is wanted', { outcomes: [done], blindSpots: [], findings: [seen, wanting] }, 'warning'],
    ['something could not be seen', { outcomes: [done], blindSpots: [blind], findings: [wanting] }, 'unknown'],
    ['a program is missing', { outcomes: [done], blindSpots: [blind, missing], findings: [wanting] }, 'unavailable'],
    ['a repair failed', { outcomes: [done, failed], blindSpots: [missing], findings: [wanting] }, 'critical'],
    ['a dry run would repair', { outcomes: [{ ...done, outcome: 'would' }], blindSpots: [], findings: [] }, 'ok'],
    ['a start is put off', { outcomes: [{ ...done, outcome: 'deferred' }], blindSpots: [], findings: [] }, 'warning'],
    [
      'a start is put off for want of time',
      {
        outcomes: [{ action: start('deacon', { deferred: soon }), outcome: 'deferred' }],
        blindSpots: [],
        findings: [],
      },
      'warning',
    ],
    [
      'a notice is put off',
      { outcomes: [{ action: notify('deacon'), outcome: 'deferred' }], blindSpots: [], findings: [] },
      'ok',
    ],
    [
      'a request is put off because a person is attached',
      { outcomes: [later({ because: 'a person is attached', soon: false })], blindSpots: [], findings: [] },
      'warning',
    ],
    ['a request is put off for want of time', { outcomes: [later(soon)], blindSpots: [], findings: [] }, 'ok'],
  ])('%s', (_, course, result) => {
    expect(resultOf(course)).toBe(result)
  })
})

describe('the exit code', () => {
  const worst = { outcomes: [failed], blindSpots: [missing], findings: [wanting] }

  it('is what a closed gate says, whatever was seen', () => {
    const gate = { open: false, reason: 'estop', mayLook: true, because: 'ESTOP', exitCode: 0 } as const
    expect(exitCodeOf(gate, worst)).toBe(0)
    expect(exitCodeOf({ ...gate, reason: 'resident-daemon', exitCode: 75 }, worst)).toBe(75)
  })

  it('is the worst that happened when it is open', () => {
    expect(exitCodeOf({ open: true }, worst)).toBe(2)
    expect(exitCodeOf({ open: true }, { ...worst, outcomes: [] })).toBe(69)
  })

  it.each<[ExitCode, string]>([
    [0, 'ok'],
    [1, 'warning'],
    [2, 'critical'],
    [3, 'unknown'],
    [69, 'unknown'],
    [75, 'unknown'],
    [78, 'unknown'],
  ])('%d is said as %s', (code, word) => {
    expect(verdictFor(code)).toBe(word)
  })

  it('has the numbers of the table', () => {
    expect(exitCodes).toEqual({
      ok: 0,
      warning: 1,
      critical: 2,
      unknown: 3,
      usage: 64,
      unavailable: 69,
      busy: 75,
      config: 78,
    })
  })
})
