import { expect } from 'vitest'
import type { CheckDocument } from '../check-document.js'
import { waitFor } from '../wait-for.js'
import { type BusyTown, done, raiseBusyTown } from './busy-town.js'
import { type Child, hasMet, mend, spoil } from './children.js'
import type { Misbehaviour } from './misbehaviours.js'
import { paceOf, patient } from './pace.js'
import { endDaemons, idlers, type Watched, watchedCheck } from './watched-check.js'

/** A child that misbehaves in one way. */
export interface Cell {
  readonly child: Child
  readonly how: Misbehaviour
}

/** What it is about, as the name of a test. */
export const nameOf = ({ child, how }: Cell): string => `${child.says} ${how.says}`

/** Those of these names. */
export const chosenOf = (cells: readonly Cell[], names: readonly string[]): readonly Cell[] =>
  cells.filter((cell) => names.includes(nameOf(cell)))

/** Every child in every way in which it is not believed. */
export const everyCell = (children: readonly Child[], ways: readonly Misbehaviour[]): readonly Cell[] =>
  children.flatMap((child) =>
    ways.filter(({ does, says }) => does !== 'pretends' || !child.believed?.test(says)).map((how) => ({ child, how })),
  )

/** More than any flood was seen to take, MB. */
export const atMost = 400
const rounds = 5

/** Has a whole check in a busy town meet the misbehaving child, then others in which it behaves. */
export async function meet({ child, how }: Cell): Promise<void> {
  const town = await raiseBusyTown(child.kind)
  try {
    const { settings, inTime } = how.does === 'work' ? patient : paceOf(town)
    town.configure(settings)
    child.prepare?.(town, settings)
    spoil(town, child, how)
    const check = await watchedCheck(town)
    expect(hasMet(town)).toBe(true)
    expect(check.took).toBeLessThan(inTime)
    await holds(town, check)
    expect({ left: await missing(town, check.document, child) }).toEqual({ left: [] })
    const { blindSpots, actions } = check.document
    const why = [...blindSpots.map((spot) => spot.why), ...actions.flatMap(({ error }) => error ?? [])]
    expect({ exitCode: check.exitCode, why }).toSatisfy(() => exitCodes(child, how).includes(check.exitCode ?? -1))
    mend(town, child)
    town.configure(patient.settings)
    await healed(town)
  } finally {
    endDaemons(town)
    await town.end()
  }
}

/** What holds of every check: in time, within bounds, one document, nothing left of who stayed in its group. */
async function holds(town: BusyTown, { document, exitCode, stderr, peak }: Watched): Promise<void> {
  expect({ exitCode, stderr }).toEqual({ exitCode: document.exitCode, stderr: '' })
  expect([0, 1, 2, 3]).toContain(exitCode)
  expect(peak).toBeLessThan(atMost)
  expect(JSON.stringify(document).length).toBeLessThan(100_000)
  await waitFor('nobody of them is left', () => idlers(town).group.length === 0)
}

/** What was not done although it does not depend on the child; what a busy machine had no time for is left to one more check. */
async function missing(town: BusyTown, document: CheckDocument, { needed }: Child): Promise<readonly string[]> {
  const owed = town.owed.filter((deed) => !needed?.test(deed))
  const did = done(document)
  if (owed.every((deed) => did.includes(deed))) return []
  town.forgetWaits()
  const again = [...did, ...done((await watchedCheck(town)).document)]
  return owed.filter((deed) => !again.includes(deed))
}

/** Whether a check may exit so: it is quiet where nobody misses anything, and else says that somebody did not do what was wanted. */
function exitCodes({ without, isDeed }: Child, { does }: Misbehaviour): readonly number[] {
  // A polecat of the town has no folder and stays blocked: exit code 1 at least.
  if (does === 'work') return [without === 3 ? 3 : 1, 1]
  const isUnseen = does === 'unsaid' || without === 0 || (does === 'pretends' && isDeed)
  return isUnseen ? [0, 1, 2, 3] : [1, 2, 3]
}

/** Checks in which it behaves heal the rest, and do nothing twice: the first of them would. */
async function healed(town: BusyTown): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    town.forgetWaits()
    const { exitCode } = await watchedCheck(town)
    expect([0, 1, 2, 3]).toContain(exitCode)
    await waitFor('all is well', () => town.wrong().length === 0, 1000).catch(() => undefined)
    if (town.wrong().length === 0) break
  }
  expect(town.wrong()).toEqual([])
}
