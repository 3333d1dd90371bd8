import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fingerprint } from '../../../src/domain/fingerprint.js'

describe('a fingerprint', () => {
  it("is node's SHA-256 of any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(fingerprint(text)).toBe(createHash('sha256').update(text).digest('hex'))
      }),
    )
  })
})
