import { describe, expect, it } from 'vitest'
import { long } from '../support/faults/form.js'
import { allWell, campaign, hostileCases, hostileSeed } from '../support/faults/hostile/campaign.js'
import { differences, foundTowns } from '../support/faults/hostile/found-towns.js'
import { setStage } from '../support/faults/hostile/hostile-stage.js'
import type { HostileTown } from '../support/faults/hostile/hostile-town.js'
import { hostileTowns } from '../support/faults/hostile/hostile-towns.js'
import { wrongDecisions } from '../support/faults/hostile/judge-decisions.js'
import { ordinaryTowns } from '../support/faults/hostile/ordinary-town.js'
import { plantedTowns } from '../support/faults/hostile/planted-towns.js'

async function judge(town: HostileTown, count?: (deeds: number) => void): Promise<readonly string[]> {
  const stage = setStage(town)
  try {
    return await wrongDecisions(town, stage, count)
  } finally {
    stage.remove()
  }
}

/** Many at once, on a machine that may be busy. */
const patient = { timeout: 180_000 }

describe('what bd, tmux, files and names say', () => {
  it.each(Object.values(ordinaryTowns))(
    'gives a $kind town in which all steps have something to do',
    patient,
    async (town) => {
      let deeds = 0
      expect(await judge(town, (more) => (deeds += more))).toEqual([])
      expect(deeds).toBeGreaterThan(8)
    },
  )

  it.concurrent.each(foundTowns())(
    'got the better of a check once, and does no more: $name',
    patient,
    async ({ town }) => {
      expect(await judge(town)).toEqual([])
    },
  )

  it('may have any word in any place: it reaches no command line, no path and no terminal', {
    timeout: 3_600_000,
  }, async (ctx) => {
    const towns = plantedTowns(!long)
    await allWell(towns, { atOnce: 48, judge: (town) => judge(town), shown: differences })
    ctx.annotate(`${towns.length} towns with a planted word in one place`)
  })

  it('makes no check throw, do a deed without evidence, or print what steers a terminal', {
    timeout: 3_600_000,
  }, async (ctx) => {
    const [count, seed] = [hostileCases(100, 10_000), hostileSeed()]
    const seen = { acting: 0, deeds: 0 }
    const heard = (deeds: number) => {
      seen.acting += Number(deeds > 0)
      seen.deeds += deeds
    }
    await campaign(
      { cases: hostileTowns, count, atOnce: 48, judge: (town) => judge(town, heard), shown: differences },
      seed,
    )
    ctx.annotate(
      `${count} hostile towns read and decided on (seed ${seed}): ${seen.deeds} deeds planned in ${seen.acting} looks, each with its evidence`,
    )
    expect(seen.acting).toBeGreaterThan(count / 2)
  })
})
