import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, it } from 'vitest'
import { long } from '../support/faults/form.js'
import { compileCounter } from '../support/faults/kill-points.js'
import { killAnywhere, ofThisForm } from '../support/faults/killed-anywhere.js'
import { classicScenes } from '../support/faults/scenes-classic.js'

const folder = mkdtempSync(join(tmpdir(), 'killed-'))
const library = compileCounter(folder)
afterAll(() => rmSync(folder, { recursive: true }))

// A few towns of the sample wait side by side; all the points of the long form go through one scene after the other.
const together = long ? describe : describe.concurrent

together('a check of a classic town that is killed anywhere', () => {
  it.for(ofThisForm(classicScenes))(
    'loses nothing, does nothing twice and tears nothing: $title',
    { timeout: 3 * 3_600_000 },
    (scene, ctx) => killAnywhere(scene, library, ctx),
  )
})
