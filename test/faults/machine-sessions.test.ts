// tmux server, sessions and people that come and go between the look of a check and its deeds. Unproven: what happens within one call of tmux.
import { afterEach, describe, expect, it } from 'vitest'
import type { BusyTown } from '../support/faults/busy-town.js'
import { long } from '../support/faults/form.js'
import { raisePatientTown, settled, strained } from '../support/faults/machine.js'
import { atMoment, calm, type Moment, momentsOf } from '../support/faults/machine-between.js'
import { type Happening, lostStrangers, toSessions } from '../support/faults/machine-events.js'
import type { StageKindName } from '../support/stage-kind.js'

let town: BusyTown
afterEach(() => town.end())

const kinds = ['classic', 'current'] as const
const { server, begun, replaced, ended, joined } = toSessions

/** The most dangerous first. */
const dangerous: readonly (readonly [Happening, StageKindName, Moment])[] = [
  [replaced, 'classic', 'tmux*witness*kill-session*'],
  [joined, 'classic', 'tmux*set-hook -u*'],
  [server, 'classic', 'tmux*new-session*'],
  [begun, 'classic', 'tmux*new-session*'],
  [replaced, 'current', 'gt*delete*'],
  [server, 'current', 'gt*start*'],
  [ended, 'current', 'tmux*set-hook -u*'],
]

/** Every third moment of both kinds of town. */
const everywhere = Object.values(toSessions).flatMap((what) =>
  kinds.flatMap((kind) => momentsOf(kind, 3).map((at) => [what, kind, at] as const)),
)

const rows = [...dangerous, ...(long ? everywhere : [])].map(
  ([what, kind, at]) => [`${what.says}, ${kind}, before ${at}`, { what, kind, at }] as const,
)

describe('right before a program of the check begins', () => {
  it.each(rows)('%s: no live agent is lost, nobody is there twice', async (_, { what, kind, at }) => {
    town = await raisePatientTown(kind)
    const hasCome = atMoment(town, at, what.lines(town))
    await strained(town)
    expect(hasCome() || typeof at === 'number').toBe(true)
    calm(town)
    expect(await settled(town, what.changes)).toEqual([])
    expect(lostStrangers(town)).toEqual([])
  })

  it('is said how many moments there were', async ({ annotate }) => {
    if (long) await annotate(`${rows.length} moments at which sessions came or went`)
    expect(rows.length).toBeGreaterThan(6)
  })
})
