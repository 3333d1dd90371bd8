import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withoutMembers } from '../../../src/domain/json-members.js'

const flags = ['requesting_cycle', 'requesting_time']

describe('a state file without its request flags', () => {
  it.each([
    [
      'as gt writes it',
      '{\n  "name": "max",\n  "requesting_cycle": true,\n  "requesting_time": "2026-01-05T10:00:00Z"\n}',
      '{\n  "name": "max"\n}',
    ],
    [
      'flags first, newline at the end',
      '{\n  "requesting_cycle": true,\n  "z": 1,\n  "a": 2\n}\n',
      '{\n  "z": 1,\n  "a": 2\n}\n',
    ],
    ['in between, on one line', '{"a":1,"requesting_time":"x","requesting_cycle":true,"b":2}', '{"a":1,"b":2}'],
    ['nothing else in it', '{"requesting_cycle": true}', '{}'],
    ['no flags in it', '{ "a" : 1 }', '{ "a" : 1 }'],
    ['empty', '{}', '{}'],
    [
      'numbers that a parser would round',
      '{"id": 12345678901234567890, "requesting_cycle": true}',
      '{"id": 12345678901234567890}',
    ],
    ['keys that a parser would sort', '{"b": 1, "2": 2, "1": 3, "requesting_cycle": true}', '{"b": 1, "2": 2, "1": 3}'],
    [
      'the same name deeper down',
      '{"in": {"requesting_cycle": true}, "requesting_cycle": true}',
      '{"in": {"requesting_cycle": true}}',
    ],
    [
      'commas and braces in texts',
      '{"t": "},{\\"requesting_cycle\\"", "requesting_cycle": true}',
      '{"t": "},{\\"requesting_cycle\\""}',
    ],
    ['an escaped name', '{"requesting\\u005fcycle": true, "a": 1}', '{ "a": 1}'],
  ])('%s', (_, before, after) => expect(withoutMembers(before, flags)).toBe(after))

  it.each(['[]', '"x"', 'null', ''])('is not made of what is no object: %j', (text) => {
    expect(withoutMembers(text, flags)).toBeUndefined()
  })

  it('has every other member as it was, whatever they are', () => {
    const name = fc.oneof(fc.constantFrom(...flags, 'a', '__proto__x', '}'), fc.string())
    fc.assert(
      fc.property(fc.dictionary(name, fc.jsonValue()), fc.constantFrom(undefined, 2, '\t'), (object, indent) => {
        const { requesting_cycle: _, requesting_time: __, ...rest } = object
        const text = withoutMembers(JSON.stringify(object, null, indent), flags) ?? ''
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(rest)))
      }),
    )
  })
})
