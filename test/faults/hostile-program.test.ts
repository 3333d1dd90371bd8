import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../support/faults/form.js'
import { campaign, hostileCases, hostileSeed } from '../support/faults/hostile/campaign.js'
import { commandLines, hostileFolders, townNames } from '../support/faults/hostile/command-lines.js'
import { differences, foundTowns } from '../support/faults/hostile/found-towns.js'
import { setStage } from '../support/faults/hostile/hostile-stage.js'
import type { HostileTown } from '../support/faults/hostile/hostile-town.js'
import { hostileTowns } from '../support/faults/hostile/hostile-towns.js'
import { wrongRun } from '../support/faults/hostile/judge-program.js'
import { ordinaryTowns } from '../support/faults/hostile/ordinary-town.js'

/** A hostile town in a folder of a hostile name, and what is typed in it. */
interface Typed {
  readonly town: HostileTown
  readonly name: string
  readonly words: readonly string[]
}

async function judge({ town, name, words }: Typed): Promise<readonly string[]> {
  const stage = setStage(town, name)
  try {
    return await wrongRun(stage, words)
  } finally {
    stage.remove()
  }
}

const typed: fc.Arbitrary<Typed> = fc.record({ town: hostileTowns, name: townNames, words: commandLines })

/** Many at once, on a machine that may be busy. */
const patient = { timeout: 180_000 }

describe('the built program', () => {
  it.concurrent.each(foundTowns())(
    'ends well in a town that got the better of a check once: $name',
    async ({ town }) => {
      for (const words of [['status'], ['--lifecycle', '--json'], ['status', '--json']]) {
        expect(await judge({ town, name: 'town', words })).toEqual([])
      }
    },
  )

  it.concurrent.each(
    hostileFolders.slice(0, cases(5, hostileFolders.length)).map((name) => ({ name, shown: JSON.stringify(name) })),
  )('starts agents in a town whose folder is called $shown, and nothing else', patient, async ({ name }) => {
    expect(await judge({ town: ordinaryTowns.classic, name, words: ['--once', '--json'] })).toEqual([])
  })

  it('exits with a code of its table, prints one document or plain lines, and nothing raw, whatever is typed', {
    timeout: 3_600_000,
  }, async (ctx) => {
    const [count, seed] = [hostileCases(15, 400), hostileSeed()]
    const shown = ({ town, ...rest }: Typed) => ({ ...differences(town), ...rest })
    await campaign({ cases: typed, count, atOnce: 4, judge, shown }, seed)
    ctx.annotate(`${count} runs of the built program by hostile command lines in hostile towns (seed ${seed})`)
  })
})
