// Disks that are full or can only be read, under the files of a check, in mounts of its own. Unproven: a disk under the issues themselves (bd's own affair).
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { BusyTown } from '../support/faults/busy-town.js'
import { long } from '../support/faults/form.js'
import { deeds, raisePatientTown, reasons, settled, strained } from '../support/faults/machine.js'
import { atMoment, calm, type Moment, momentsOf } from '../support/faults/machine-between.js'
import { type OwnMounts, ownMounts, readOnly, smallDisk } from '../support/faults/machine-mounts.js'
import { asSomebody } from '../support/faults/machine-user.js'
import type { StageKindName } from '../support/stage-kind.js'

let town: BusyTown
let mounts: OwnMounts | undefined
afterEach(async () => {
  mounts?.end()
  mounts = undefined
  await town.end()
})

const kinds = ['classic', 'current'] as const
const daemon = (): string => join(town.root, 'daemon')

interface Row {
  readonly kind: StageKindName
  readonly at: Moment
}

const dangerous: readonly Row[] = [
  { kind: 'classic', at: 1 },
  { kind: 'classic', at: 'tmux*kill-session*' },
  { kind: 'current', at: 'gt*delete*' },
  { kind: 'current', at: 'gt*mail*send*' },
]
const everywhere = kinds.flatMap((kind) => momentsOf(kind, 3).map((at): Row => ({ kind, at })))
const rows = [...dangerous, ...(long ? everywhere : [])]

describe('the disk under daemon/ becomes full', () => {
  it.for(rows.map((row) => [`${row.kind}, before ${row.at}`, row] as const))(
    '%s: what cannot be written down is not done, until there is room (2)',
    async ([, row], ctx) => {
      town = await raisePatientTown(row.kind)
      mounts = await ownMounts(ctx, town, smallDisk(daemon(), { pages: 100, names: 100 }))
      const hasCome = atMoment(town, row.at, `head -c 9999999 /dev/zero >'${daemon()}/filler' 2>/dev/null`)
      const check = await strained(town, { under: mounts.under })
      expect(hasCome() || typeof row.at === 'number').toBe(true)
      calm(town)
      mounts.bringOut('daemon')
      if (typeof row.at === 'string')
        expect([check.exitCode, reasons(check)]).toEqual([2, expect.stringContaining('ENOSPC')])
      expect(await settled(town)).toEqual([])
    },
  )

  it.for([
    ['has no room at all', 2, { pages: 0, names: 100 }],
    ['has room for a file or two', 3, { pages: 3, names: 100 }],
    ['has no name left for a file', 3, { pages: 100, names: 0 }],
  ] as const)(
    '%s from the start (%i): no file is torn, and the next check does the rest',
    async ([, code, left], ctx) => {
      town = await raisePatientTown('classic')
      town.write('daemon/state.json', '{"heartbeat_count":7}')
      mounts = await ownMounts(ctx, town, smallDisk(daemon(), left))
      const check = await strained(town, { under: mounts.under })
      mounts.bringOut('daemon')
      expect(check.exitCode).toBe(code)
      expect(JSON.parse(town.read('daemon/state.json') ?? '')).toMatchObject({ heartbeat_count: 7 })
      expect(await settled(town)).toEqual([])
    },
  )

  it('and standard output has no room: the check ends as it would have', async () => {
    town = await raisePatientTown('classic')
    const under = ['sh', '-c', 'exec "$@" >/dev/full', 'sh']
    expect(await strained(town, { under })).toMatchObject({ exitCode: 1, document: undefined, stderr: '' })
    expect(town.wrong()).toEqual([])
  })
})

describe('a town that can only be read', () => {
  it.for(kinds)('from the start (%s): nothing is done, and that is said in one line (3)', async (kind, ctx) => {
    town = await raisePatientTown(kind)
    mounts = await ownMounts(ctx, town, readOnly(town.root))
    const check = await strained(town, { under: mounts.under })
    expect([check.exitCode, deeds(check), reasons(check)]).toEqual([3, [], expect.stringContaining('EROFS')])
    mounts.end()
    expect(await settled(town)).toEqual([])
  })

  it('from the middle of a check: what cannot be written down is not done (2)', async (ctx) => {
    town = await raisePatientTown('classic')
    mounts = await ownMounts(ctx, town, '')
    const hasCome = atMoment(town, 'gt*delete*', readOnly(daemon()))
    const check = await strained(town, { under: mounts.under })
    expect(hasCome()).toBe(true)
    calm(town)
    expect([check.exitCode, reasons(check)]).toEqual([2, expect.stringContaining('EROFS')])
    mounts.end()
    expect(await settled(town)).toEqual([])
  })

  it('by its modes, for a user who is not root: nothing is done, and that is said in one line (3)', async (ctx) => {
    town = await raisePatientTown('classic')
    const somebody = asSomebody(ctx, town)
    const folders = [join(daemon(), 'heartbeat'), daemon()]
    for (const folder of folders) chmodSync(folder, 0o500)
    const check = await strained(town, { under: somebody.under })
    for (const folder of folders) chmodSync(folder, 0o700)
    somebody.end()
    expect([check.exitCode, deeds(check), reasons(check)]).toEqual([3, [], expect.stringContaining('EACCES')])
  })
})

it('disks that become full come to so many moments', async ({ annotate }) => {
  if (long) await annotate(`${rows.length + 3} disks that became full`)
  expect(rows.length).toBeGreaterThan(3)
})
