/** How a check ended, as the history or whoever started it knows. */
export interface End {
  /** Epoch ms. */
  readonly at: number
  /** Undefined: it broke off, and left no line in the history. */
  readonly exitCode: number | undefined
}

/** What is wrong with checks that fail: told once while it lasts. */
export type Failing = 'critical' | 'unknown' | 'unavailable' | 'usage' | 'config' | 'broken-off'

/** So many checks in a row must have failed before anybody is told. */
export const enoughToTell = 3

const named: Readonly<Record<number, Failing>> = {
  2: 'critical',
  3: 'unknown',
  64: 'usage',
  69: 'unavailable',
  78: 'config',
}
const busy = 75

const isWell = ({ exitCode }: End): boolean => exitCode === 0 || exitCode === 1

/** Whether a check that ended so has failed: not well, no mere warning, and not because another one was at work. */
export const hasFailed = (exitCode: number | undefined): boolean =>
  exitCode === undefined || !(isWell({ at: 0, exitCode }) || exitCode === busy)

/** The word for how a check failed. */
export const failingAs = (exitCode: number | undefined): Failing => named[exitCode ?? -1] ?? 'broken-off'

/** Checks that failed one after the other, up to the last one. */
export interface Row {
  /** Oldest first; empty when the last check went well. */
  readonly failed: readonly End[]
  /** When the last one that went well ended, epoch ms; undefined when none is known. */
  readonly wellAt: number | undefined
}

/** The failed checks since the last that went well, in whatever order they are given. */
export function rowOf(ends: readonly End[]): Row {
  const inOrder = ends.filter((end) => isWell(end) || hasFailed(end.exitCode)).toSorted((one, two) => one.at - two.at)
  const well = inOrder.findLastIndex(isWell)
  return { failed: inOrder.slice(well + 1), wellAt: inOrder[well]?.at }
}

/** Whether what was told at that time (epoch ms) was about this row: no check has gone well since. */
export const isOfRow = ({ wellAt }: Row, toldAt: number): boolean => wellAt === undefined || toldAt > wellAt
