import { describe, expect, it } from 'vitest'
import { campaign, hostileCases, hostileSeed } from '../support/faults/hostile/campaign.js'
import { differences, foundTowns } from '../support/faults/hostile/found-towns.js'
import { setStage } from '../support/faults/hostile/hostile-stage.js'
import type { HostileTown } from '../support/faults/hostile/hostile-town.js'
import { hostileTowns } from '../support/faults/hostile/hostile-towns.js'
import { wrongChecks } from '../support/faults/hostile/judge-checks.js'
import { ordinaryTowns } from '../support/faults/hostile/ordinary-town.js'

async function judge(town: HostileTown, count: (deeds: number) => void = () => undefined): Promise<readonly string[]> {
  const stage = setStage(town)
  try {
    return await wrongChecks(stage, count)
  } finally {
    stage.remove()
  }
}

/** Many at once, on a machine that may be busy. */
const patient = { timeout: 180_000 }

describe('a whole check', () => {
  it.each(Object.values(ordinaryTowns))('does in a $kind town what its dry run says', patient, async (town) => {
    let deeds = 0
    expect(await judge(town, (more) => (deeds += more))).toEqual([])
    expect(deeds).toBeGreaterThan(7)
  })

  it.concurrent.each(foundTowns())(
    'does so in a town that got the better of one once: $name',
    patient,
    async ({ town }) => {
      expect(await judge(town)).toEqual([])
    },
  )

  it('of a hostile town does what its dry run says, writes only what is its own, loses nothing, and lets no word reach a shell', {
    timeout: 3_600_000,
  }, async (ctx) => {
    const [count, seed] = [hostileCases(12, 1000), hostileSeed()]
    const seen = { acting: 0, deeds: 0 }
    const heard = (deeds: number) => {
      seen.acting += Number(deeds > 0)
      seen.deeds += deeds
    }
    await campaign(
      { cases: hostileTowns, count, atOnce: 12, judge: (town) => judge(town, heard), shown: differences },
      seed,
    )
    ctx.annotate(`${count} hostile towns checked whole (seed ${seed}): ${seen.deeds} deeds in ${seen.acting} of them`)
  })
})
