import { execFileSync, spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { randomBytes, randomUuid } from '../../../src/ports/random.js'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe('what nobody can guess', () => {
  it('is as long as was asked for, and never the same', () => {
    for (const count of [1, 4, 9, 256]) expect(randomBytes(count)).toHaveLength(count)
    const many = Array.from({ length: 200 }, () => randomBytes(9).toString('hex'))
    expect(new Set(many).size).toBe(many.length)
  })

  it('is a UUID of version 4 where one is asked for, with all other bits by chance', () => {
    const many = Array.from({ length: 200 }, randomUuid)
    for (const one of many) expect(one).toMatch(uuid)
    expect(new Set(many).size).toBe(many.length)
    const places = Array.from({ length: 36 }, (_, at) => new Set(many.map((one) => one[at])).size)
    // The four dashes and the version.
    expect(places.filter((values) => values === 1)).toHaveLength(5)
  })

  it("is node's own where the device gives nothing", (ctx) => {
    const mounted = [
      '--mount',
      'sh',
      '-c',
      'mount --bind "$1" /dev/urandom || exit 77; shift; exec "$@"',
      'sh',
      '/dev/null',
    ]
    if (spawnSync('unshare', [...mounted, 'true']).status !== 0)
      ctx.skip('needs root and unshare: apt-get install util-linux')
    const ask = `import { randomUuid } from ${JSON.stringify(resolve('src/ports/random.ts'))}; console.log(randomUuid())`
    const node = [process.execPath, '--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', ask]
    const asked = Array.from({ length: 2 }, () => execFileSync('unshare', [...mounted, ...node]))
    const [first, second] = asked.map((said) => said.toString().trim())
    expect([first, second]).toEqual([expect.stringMatching(uuid), expect.stringMatching(uuid)])
    expect(first).not.toBe(second)
  })
})
