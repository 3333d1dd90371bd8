import { describe, expect, it } from 'vitest'
import { asked } from '../support/faults/children-asked.js'
import { long } from '../support/faults/form.js'
import { chosenOf, everyCell, meet, nameOf } from '../support/faults/misbehaving-child.js'
import { misbehaviours } from '../support/faults/misbehaviours.js'
import { needsProc } from '../support/faults/watched-check.js'

const every = everyCell(asked, misbehaviours)

/** The most dangerous: nobody is dead because tmux hangs, and no database holds up the others or eats up the memory. */
const chosen = [
  'the list of panes hangs and ignores every signal it may',
  'the agents of a rig prints 200 MB',
  'the login shell leaves a daemon that holds its output',
]

const cells = long ? every : chosenOf(every, chosen)

describe('a question whose program misbehaves', () => {
  it('is one of many', (ctx) => {
    expect(cells).toHaveLength(long ? every.length : chosen.length)
    ctx.annotate(`${cells.length} of ${every.length} questions to programs that misbehave`)
  })

  for (const cell of cells) {
    it(`${nameOf(cell)}: the rest is done, and the next check does what is left`, { timeout: 400_000 }, async (ctx) => {
      if (needsProc) ctx.skip(needsProc)
      await meet(cell)
    })
  }
})
