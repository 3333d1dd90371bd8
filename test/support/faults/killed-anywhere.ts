import { expect, type TestContext } from 'vitest'
import { long } from './form.js'
import { killedAt, referenceOf } from './kill-campaign.js'
import type { KillPoint } from './kill-points.js'
import type { Scene } from './scene.js'
import { sideBySide } from './side-by-side.js'

/** Towns at once in a scene: most of the time each of them waits. */
const width = long ? 4 : 2

/** Where the ledger is about to become another one. */
const isLedger = ({ when, what }: KillPoint): boolean => when === 'before' && /^rename .*ledger/.test(what)

/** A few of them, from the first to the last. */
const spreadOver = <T>(all: readonly T[], count: number): readonly T[] =>
  all.filter((_, index) => Math.floor((index * count) / all.length) !== Math.floor(((index - 1) * count) / all.length))

function sampleOf(points: readonly KillPoint[], { sample }: Scene): readonly KillPoint[] {
  const named = points.filter(({ of, when, what }) => of === 'child' && sample?.test(`${when} ${what}`))
  expect(named).not.toEqual([])
  return [...named, ...spreadOver(points.filter(isLedger), 2)]
}

const words = ({ of, id, when, what }: KillPoint): string => `killed ${when} ${of} ${id}: ${what}`

/** The scenes of this form of the campaign. */
export const ofThisForm = (scenes: readonly Scene[]): readonly Scene[] =>
  long ? scenes : scenes.filter(({ sample }) => sample !== undefined)

/** The campaign of a scene: its check is killed with -9 before and in every system call by which it changes something, before and after
 *  every effect of its children; then ordinary checks come, and all must be as if nobody had been killed. */
export async function killAnywhere(scene: Scene, library: string | undefined, ctx: TestContext): Promise<void> {
  if (library === undefined) return ctx.skip('needs a C compiler: apt-get install gcc libc6-dev')
  const { points, outcome } = await referenceOf(scene, library)
  expect(outcome).toMatchObject(scene.ends)
  const chosen = long ? points : sampleOf(points, scene)
  const found = await sideBySide(chosen, width, async (point) => {
    const complaints = await killedAt(scene, { library, outcome }, point)
    return { point, complaints }
  })
  const reached = found.filter(({ complaints }) => complaints !== undefined).length
  await ctx.annotate(`killed at ${reached} of ${points.length} points: ${scene.title}`)
  const wrong = found.flatMap(({ point, complaints = [] }) =>
    complaints.length > 0 ? [[words(point), ...complaints]] : [],
  )
  expect(wrong).toEqual([])
  expect(reached).toBeGreaterThan(chosen.length * 0.9)
}
