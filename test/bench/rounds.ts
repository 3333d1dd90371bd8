import { type Figure, figureOf, lookInto, type Subject, time } from './measure.js'
import { type Subjects, subjectsOf } from './subjects.js'
import { type BenchTown, titleOf } from './town.js'

/** How much is measured. */
export interface Form {
  /** How long bd and gt sleep, milliseconds. */
  readonly delays: readonly number[]
  readonly dead: readonly boolean[]
  /** The built program, or one of an earlier time. */
  readonly program: string
  /** Of everything that does not take seconds. */
  readonly runs: number
}

/** One figure: what was measured, where, and in which unit. */
export interface Row extends Figure {
  /** `20 x 30 current, bd takes 40 ms, one dead in each rig`. */
  readonly town: string
  readonly what: string
  readonly unit: 'ms' | 'MiB' | 'KiB' | 'x' | ''
}

/** Measures all of one town, the healthy one first. */
export function measureTown(
  town: BenchTown,
  { delays, dead, program, runs }: Form,
  say: (text: string) => void,
): readonly Row[] {
  const rows: Row[] = []
  for (const isDead of dead) {
    if (isDead) town.killOneInEachRig()
    for (const delay of delays) {
      town.slowDown(delay)
      const where = `${titleOf(town.plan)}, bd takes ${delay} ms${isDead ? ', one dead in each rig' : ''}`
      say(where)
      rows.push(...measure(town, subjectsOf(town, { program, dead: isDead }), { where, runs, isDead }))
    }
  }
  return rows
}

interface Pass {
  readonly where: string
  readonly runs: number
  readonly isDead: boolean
}

/** One after the other in each round, so that a machine that is busy for a while is so for all of them. */
function measure(town: BenchTown, subjects: Subjects, { where, runs, isDead }: Pass): readonly Row[] {
  const { emptyNode, children, check, serial } = subjects
  const notDue = isDead ? [] : subjects.notDue
  // Finds out which kind of town it is, and says that no check is due.
  if (!isDead) time(check, town)
  const wanted = [emptyNode, ...children, check, ...notDue]
  const times = new Map(wanted.map((subject) => [subject, [] as number[]]))
  for (let round = 0; round <= runs; round += 1) {
    for (const subject of wanted) {
      const took = time(subject, town)
      // The first round warms up.
      if (round > 0) times.get(subject)?.push(took)
    }
  }
  const of = (subject: Subject): readonly number[] => times.get(subject) ?? []
  const serialTimes = isDead || isEndless(town) ? [] : repeat(serialRuns, () => time(serial, town))
  const floor = of(emptyNode).map((ms, round) => ms + Math.max(...children.map((child) => of(child)[round] ?? 0)))
  const row: RowMaker = (what, unit, numbers) =>
    numbers.length === 0 ? [] : [{ town: where, what, unit, ...figureOf(numbers) }]
  /** Round by round; and by the quickest of each, which a busy machine disturbs least. */
  const ratio = (what: string, over: readonly number[], under: readonly number[]): readonly Row[] => [
    ...row(
      what,
      'x',
      over.map((ms, round) => ms / (under[round] ?? 1)),
    ),
    ...row(`${what}, quickest runs`, 'x', [figureOf(over).least / figureOf(under).least]),
  ]
  return [
    ...wanted.flatMap((subject) => row(subject.name, 'ms', of(subject))),
    ...ratio('a check / (an empty node + the slowest child)', of(check), floor),
    ...notDue.filter(isNode).flatMap((subject) => ratio(`${subject.name} / an empty node`, of(subject), of(emptyNode))),
    ...row(serial.name, 'ms', serialTimes),
    ...(serialTimes.length === 0 ? [] : ratio(`${serial.name} / a check`, serialTimes, of(check))),
    ...insights(town, subjects, row),
  ]
}

type RowMaker = (what: string, unit: Row['unit'], numbers: readonly number[]) => readonly Row[]

const serialRuns = 3
/** One question after the other takes minutes there. */
const isEndless = ({ agents }: BenchTown): boolean => agents.length > 1000
const isNode = ({ name }: Subject): boolean => !name.startsWith('gt-rearm')

function insights(town: BenchTown, { check, emptyNode }: Subjects, row: RowMaker): readonly Row[] {
  const empty = repeat(insightRuns, () => lookInto(emptyNode, town))
  const found = repeat(insightRuns, () => lookInto(check, town))
  const kib = (bytes: number): number => bytes / 1024
  const emptyRead = kib(empty[0]?.read ?? 0)
  return [
    ...row(
      'an empty node: own processor time',
      'ms',
      empty.map(({ cpu }) => cpu),
    ),
    ...row(
      'a check: own processor time',
      'ms',
      found.map(({ cpu }) => cpu),
    ),
    ...row(
      'an empty node: peak memory',
      'MiB',
      empty.map(({ memory }) => memory),
    ),
    ...row(
      'a check: peak memory',
      'MiB',
      found.map(({ memory }) => memory),
    ),
    ...row(
      'a check: children',
      '',
      found.map(({ children }) => children),
    ),
    ...row(
      'a check: from its beginning to its first child',
      'ms',
      found.flatMap(({ firstChild }) => firstChild ?? []),
    ),
    ...row(
      'a check: from the end of its last child to its own',
      'ms',
      found.flatMap(({ afterLastChild }) => afterLastChild ?? []),
    ),
    ...row(
      'a check: read before its first child, beyond an empty node',
      'KiB',
      found.map(({ readByFirst }) => kib(readByFirst ?? 0) - emptyRead),
    ),
    ...row(
      'a check: read in all, beyond an empty node',
      'KiB',
      found.map(({ read }) => kib(read) - emptyRead),
    ),
  ]
}

const insightRuns = 5
const repeat = <T>(many: number, once: () => T): readonly T[] => Array.from({ length: many }, once)
