import { describe, expect, it } from 'vitest'
import { randomBytes, randomUuid } from '../../../src/ports/random.js'

describe('what nobody can guess', () => {
  it('is as long as was asked for, and never the same', () => {
    for (const count of [1, 4, 9, 256]) expect(randomBytes(count)).toHaveLength(count)
    const many = Array.from({ length: 200 }, () => randomBytes(9).toString('hex'))
    expect(new Set(many).size).toBe(many.length)
  })

  it('is a UUID of version 4 where one is asked for, with all other bits by chance', () => {
    const many = Array.from({ length: 200 }, randomUuid)
    for (const one of many) expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(new Set(many).size).toBe(many.length)
    const places = Array.from({ length: 36 }, (_, at) => new Set(many.map((one) => one[at])).size)
    expect(places.filter((values) => values === 1)).toHaveLength(5)
  })
})
