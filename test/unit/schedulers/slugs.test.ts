import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { slugOfName } from '../../../src/schedulers/slugs.js'

describe('the name of a further town', () => {
  it.each([
    ['riga', 'riga'],
    ['Riga Süd', 'riga-sud'],
    ['--x--', 'x'],
    ['%h "q"', 'h-q'],
    ['町', 'town'],
    ['', 'town'],
    ['a'.repeat(60), 'a'.repeat(40)],
    [`${'a'.repeat(39)} b`, 'a'.repeat(39)],
  ])('%j is %s', (name, slug) => {
    expect(slugOfName(name)).toBe(slug)
  })

  it('is always one that a unit, a label and a file can have', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (name) => /^[a-z0-9][a-z0-9-]{0,39}$/.test(slugOfName(name))))
  })
})
