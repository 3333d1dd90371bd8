import { describe, expect, it } from 'vitest'
import { told } from '../support/faults/children-told.js'
import { long } from '../support/faults/form.js'
import { chosenOf, everyCell, meet, nameOf } from '../support/faults/misbehaving-child.js'
import { misbehaviours } from '../support/faults/misbehaviours.js'
import { needsProc } from '../support/faults/watched-check.js'

const every = everyCell(told, misbehaviours)

/** The most dangerous: what was done is not done again because nobody heard of it, and what was begun is not left so. */
const chosen = [
  'the deletion of a mail does its work and then hangs',
  'the sending of a notice does its work and then prints without end',
  'git fetch leaves an orphan in its group',
  'the start of a deacon by gt hangs and ignores every signal it may',
  'the typing of a word does its work and is then killed',
]

const cells = long ? every : chosenOf(every, chosen)

describe('a deed whose program misbehaves', () => {
  it('is one of many', (ctx) => {
    expect(cells).toHaveLength(long ? every.length : chosen.length)
    ctx.annotate(`${cells.length} of ${every.length} deeds by programs that misbehave`)
  })

  for (const cell of cells) {
    it(`${nameOf(cell)}: the rest is done, and all is done once in the end`, { timeout: 400_000 }, async (ctx) => {
      if (needsProc) ctx.skip(needsProc)
      await meet(cell)
    })
  }
})
