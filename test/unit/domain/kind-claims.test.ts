import { describe, expect, it } from 'vitest'
import { joined, type KindClaim, kindBy } from '../../../src/domain/kind-claims.js'

const says = (kind: string | undefined, because: string): KindClaim => ({ kinds: kind ? [kind] : [], because })

describe('the kind of a town', () => {
  it('of which nobody says anything is the one that is taken otherwise', () => {
    expect(kindBy([], 'classic')).toEqual({
      kind: 'classic',
      from: ['nothing says what kind of town it is: classic'],
      doubts: [],
    })
  })

  it('is the one on which all agree', () => {
    const claims = [says('current', 'its files'), says('current', 'gt 1.0.1')]
    expect(kindBy(claims, 'classic')).toEqual({ kind: 'current', from: ['its files', 'gt 1.0.1'], doubts: [] })
  })

  it('is doubtful where two contradict each other, and is looked at as its files say', () => {
    const claims = [says('classic', 'its files'), says('current', 'gt 1.0.1')]
    expect(kindBy(claims, 'current')).toMatchObject({ kind: 'classic', doubts: ['its files', 'gt 1.0.1'] })
  })

  it('is doubtful where a version belongs to no kind that is known', () => {
    expect(kindBy([says(undefined, 'gt 0.6.0')], 'classic')).toMatchObject({ kind: 'classic', doubts: ['gt 0.6.0'] })
  })

  it('is the one that is left where some fit several', () => {
    const claims = [{ kinds: ['current', 'coming'], because: 'its files' }, says('coming', 'gt 2.0.0')]
    expect(kindBy(claims, 'classic')).toMatchObject({ kind: 'coming', doubts: [] })
  })

  it('is doubtful where several are left', () => {
    const claims = [{ kinds: ['current', 'coming'], because: 'its files' }]
    expect(kindBy(claims, 'classic')).toMatchObject({ kind: 'current', doubts: ['its files'] })
  })

  it('is said once by what several kinds have in common', () => {
    const claims = [says('current', 'its files'), says('classic', 'gt 0.1.0'), says('coming', 'its files')]
    expect(joined(claims)).toEqual([
      { kinds: ['current', 'coming'], because: 'its files' },
      { kinds: ['classic'], because: 'gt 0.1.0' },
    ])
  })
})
