import { describe, expect, it } from 'vitest'
import { raiseTown } from '../support/fake-town.js'
import { anySeed, diceOf } from '../support/faults/dice.js'
import { long } from '../support/faults/form.js'
import { calm, rage, type Storm, wrongFor } from '../support/faults/storm.js'
import { processesOf } from '../support/leftovers.js'

const crew = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `gastown/crew/c${index}`)

const small: Storm = { agents: crew(6), within: 4000, checks: 2, passes: 5 }
const whole: Storm = { agents: crew(20), within: 10_000, checks: 4, passes: 10 }
const staff = ['deacon', 'gastown/witness']

const storms = Array.from({ length: long ? 5 : 1 }, (_, index) => index + 1)

/** Programs of checks, which none may leave behind. */
const ours = /gt-heartbeat|\/bin\/(gt|bd|git)\b/

describe.each(['classic', 'current'] as const)('requests of a %s town under load', (kind) => {
  it.for(storms)(
    'are each carried out once or give way to a newer one, although checks are killed: storm %i',
    { timeout: 300_000 },
    async (_, ctx) => {
      const storm = long ? whole : small
      const seed = anySeed()
      const town = raiseTown({ kind })
      try {
        town.addRig('gastown')
        for (const who of storm.agents) town.addWorker(who)
        await town.wake(...staff, ...storm.agents)
        const ofStaff = () => town.tmux.sessions().filter(({ name }) => staff.map(town.session).includes(name))
        const before = ofStaff()
        const { asked, endings, interleaved } = await rage(town, storm, diceOf(seed))
        await calm(town)
        const wrong = (await Promise.all(asked.map((one) => wrongFor(town, one)))).flat()
        expect({ seed, wrong }).toEqual({ seed, wrong: [] })
        expect(ofStaff()).toEqual(before)
        expect({ seed, interleaved }).toEqual({ seed, interleaved: [] })
        const survived = endings.filter(({ signal }) => signal !== 'SIGKILL')
        for (const { exitCode } of survived) expect([0, 1, 2, 3, 75]).toContain(exitCode)
        expect(processesOf(town.stage).filter(({ command }) => ours.test(command))).toEqual([])
        const killed = endings.length - survived.length
        ctx.annotate(
          `${2 * asked.length} requests of ${asked.length} agents of a ${kind} town, ${endings.length} checks and passes at once, ${killed} of them killed: seed ${seed}`,
        )
      } finally {
        await town.end()
      }
    },
  )
})
