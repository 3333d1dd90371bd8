import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assignmentsIn } from '../../../src/schedulers/assignments.js'
import { environmentLines } from '../../../src/schedulers/environment.js'
import { quoted } from '../../../src/schedulers/script.js'

describe('a generated file of variables', () => {
  it.each<[string, Record<string, string>]>([
    ['PATH=/a:/b\n', { PATH: '/a:/b' }],
    ['# PATH=/x\n; PATH=/y\nPATH="/a b"\n', { PATH: '/a b' }],
    ["export GT_TOWN_ROOT='/a'\\''b'\nunset X\n", { GT_TOWN_ROOT: "/a'b" }],
    ['A="x\\"y\\$z"\n', { A: 'x"y$z' }],
    ['A=\nB=2  \n', { A: '', B: '2' }],
    ['A=1\nA=2\n', { A: '2' }],
    ['', {}],
  ])('%j says %o', (text, expected) => {
    expect(assignmentsIn(text)).toEqual(expected)
  })

  const text = fc.string({ unit: 'grapheme' }).filter((value) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value))

  it.each(['\n', '\u0085', '\u2028', '\u2029'])('holds no %j', (separator) => {
    expect(() => quoted(`a${separator}b`, 'A')).toThrow('A: "a')
  })

  it('is read back as it was written for systemd', () => {
    fc.assert(
      fc.property(text, (A) => {
        expect(assignmentsIn(`${environmentLines({ A }).join('\n')}\n`)).toEqual({ A })
      }),
    )
  })

  it('is read back as it was written for a shell', () => {
    fc.assert(
      fc.property(text, (A) => {
        expect(assignmentsIn(`export A=${quoted(A, 'A')}\n`)).toEqual({ A })
      }),
    )
  })
})
