// gt, bd, tmux, the town and this package, which change or go away between the look of a check and its deeds.
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { BusyTown } from '../support/faults/busy-town.js'
import { long } from '../support/faults/form.js'
import { deeds, raisePatientTown, reasons, settled, strained } from '../support/faults/machine.js'
import { atMoment, calm, type Moment, momentsOf } from '../support/faults/machine-between.js'
import { type Happening, toPrograms } from '../support/faults/machine-events.js'
import { type OwnMounts, ownMounts } from '../support/faults/machine-mounts.js'
import { PROGRAM } from '../support/run-check.js'
import type { StageKindName } from '../support/stage-kind.js'

let town: BusyTown
let mounts: OwnMounts | undefined
afterEach(async () => {
  mounts?.end()
  mounts = undefined
  await town.end()
})

const kinds = ['classic', 'current'] as const
const { gt, bd, noGt, noBd, tmux, moved } = toPrograms

/** Critical where a repair was tried; only unknown where it was not begun. */
const failed = [2, 3]

/** The most dangerous first. */
const dangerous: readonly (readonly [Happening, StageKindName, Moment, (readonly number[])?])[] = [
  [moved, 'classic', 'bd*list*', failed],
  [moved, 'current', 'gt*delete*', failed],
  [gt, 'current', 'gt*start*', failed],
  [tmux, 'classic', 'tmux*set-hook -u*', failed],
  [noGt, 'classic', 'gt*delete*', failed],
]

const seldom: readonly (readonly [Happening, StageKindName, Moment, (readonly number[])?])[] = [
  ...[bd, noBd, gt, noGt, tmux].flatMap((what) =>
    kinds.flatMap((kind) => momentsOf(kind, 6).map((at) => [what, kind, at] as const)),
  ),
  // A gt of today that has begun goes where its folder goes.
  ...momentsOf('classic', 2).map((at) => [moved, 'classic', at] as const),
]

const rows = [...dangerous, ...(long ? seldom : [])].map(
  ([what, kind, at, code]) => [`${what.says}, ${kind}, before ${at}`, { what, kind, at, code }] as const,
)

describe('right before a program of the check begins', () => {
  it.each(rows)('%s: the next checks do the rest, once', async (_, { what, kind, at, code }) => {
    town = await raisePatientTown(kind)
    const hasCome = atMoment(town, at, what.lines(town))
    const check = await strained(town)
    const isGhost = what === moved && existsSync(`${town.root}.moved`) && existsSync(town.root)
    expect(hasCome() || typeof at === 'number').toBe(true)
    calm(town)
    expect(isGhost).toBe(false)
    what.undo?.(town)
    if (code !== undefined) expect(code).toContain(check.exitCode)
    expect(await settled(town, what.changes)).toEqual([])
  })

  it.for([
    ['its look', 'bd*list*', 3],
    ['its deeds', 'gt*delete*', 2],
  ] as const)('the town is unmounted during %s (%s): nothing is written into the empty folder', async ([, at], ctx) => {
    town = await raisePatientTown('classic')
    const empty = join(town.stage, 'empty')
    mkdirSync(empty)
    mounts = await ownMounts(ctx, town, '')
    const hasCome = atMoment(town, at, `mount --bind '${empty}' '${town.root}'`)
    const check = await strained(town, { under: mounts.under })
    expect(hasCome()).toBe(true)
    calm(town)
    expect(readdirSync(empty)).toEqual([])
    expect(failed).toContain(check.exitCode)
    mounts.end()
    expect(await settled(town)).toEqual([])
  })

  it('this package is upgraded: the check ends as if nothing had happened', async () => {
    town = await raisePatientTown('current')
    const home = join(town.stage, 'package')
    cpSync(dirname(PROGRAM), join(home, 'dist'), { recursive: true })
    symlinkSync(join(dirname(PROGRAM), '../node_modules'), join(home, 'node_modules'))
    const other = `mkdir -p '${home}/dist'; echo 'throw new Error("half a file")' >'${home}/dist/gt-heartbeat.cjs'`
    const hasCome = atMoment(town, 'gt*delete*', `mv '${home}' '${home}.old'; ${other}`)
    const check = await strained(town, { program: join(home, 'dist/gt-heartbeat.cjs') })
    expect(hasCome()).toBe(true)
    calm(town)
    expect([check.exitCode, reasons(check), deeds(check).toSorted()]).toEqual([1, '', town.owed.toSorted()])
    expect(town.wrong()).toEqual([])
  })
})

it('programs that change come to so many moments', async ({ annotate }) => {
  if (long) await annotate(`${rows.length + 2} moments at which programs changed or the town went away`)
  expect(rows.length).toBeGreaterThan(4)
})
