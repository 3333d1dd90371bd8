import fc from 'fast-check'
import { parse } from 'plist'
import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../../src/errors.js'
import { type Property, propertyList } from '../../../src/schedulers/property-list.js'

const text = fc.string({ unit: 'grapheme' }).filter((value) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value))
// The library that reads it back refuses this one, as it must.
const key = text.filter((value) => value !== '' && value !== '__proto__')
const { value: anyProperty } = fc.letrec<{ value: Property }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.nat(),
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}))

describe('a property list', () => {
  it('says to a property-list library what it was made of', () => {
    fc.assert(
      fc.property(fc.dictionary(key, anyProperty, { noNullPrototype: true }), (properties) => {
        expect(parse(propertyList(properties))).toEqual(properties)
      }),
    )
  })

  it.each(['a\nb', 'a\0b', 'a\x1bb', 'a\u2028b'])('cannot hold %j, and says so', (path) => {
    expect(() => propertyList({ QueueDirectories: [path] })).toThrow(ConfigError)
  })
})
