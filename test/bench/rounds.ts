import { type Figure, figureOf, type Insight, lookInto, type Site, type Subject, time } from './measure.js'
import { type Subjects, subjectsOf } from './subjects.js'
import { type BenchTown, titleOf } from './town.js'

/** How much is measured. */
export interface Form {
  /** How long bd and gt sleep, milliseconds. */
  readonly delays: readonly number[]
  readonly dead: readonly boolean[]
  /** How many mails of 2 KB wait when it is looked at once more; 0: it is not. */
  readonly mails: number
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
  { delays, dead, mails, program, runs }: Form,
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
  if (mails > 0) {
    const where = `${titleOf(town.plan)}, ${mails} mails`
    say(where)
    town.putMails(mails, 2000)
    rows.push(...insights(town, subjectsOf(town, { program, dead: true }), rowsOf(where)))
  }
  return rows
}

const rowsOf =
  (town: string): RowMaker =>
  (what, unit, numbers) =>
    numbers.length === 0 ? [] : [{ town, what, unit, ...figureOf(numbers) }]

interface Pass {
  readonly where: string
  readonly runs: number
  readonly isDead: boolean
}

/** One after the other in each round, so that a machine that is busy for a while is so for all of them; in another order each time, so that none
 *  always pays for what another one leaves behind (a disk that writes, children that end). */
function inRounds(wanted: readonly Subject[], runs: number, town: Site): (subject: Subject) => readonly number[] {
  const times = new Map(wanted.map((subject) => [subject, [] as number[]]))
  for (let round = 0; round <= runs; round += 1) {
    for (const subject of shuffled(wanted)) {
      const took = time(subject, town)
      // The first round warms up.
      if (round > 0) times.get(subject)?.push(took)
    }
  }
  return (subject) => times.get(subject) ?? []
}

function shuffled<T>(list: readonly T[]): readonly T[] {
  const drawn = list.map((one) => ({ one, lot: Math.random() }))
  return drawn.toSorted((first, second) => first.lot - second.lot).map(({ one }) => one)
}

/** Measures the subjects of one town. */
export function measure(town: Site, subjects: Subjects, { where, runs, isDead }: Pass): readonly Row[] {
  const { emptyNode, aShell, children, least, check, serial } = subjects
  const notDue = isDead ? [] : subjects.notDue
  const quick = isDead ? [] : [aShell, ...notDue]
  // Finds out which kind of town it is, and says that no check is due.
  if (!isDead) time(check, town)
  const wanted = [emptyNode, ...children, ...(least ? [least] : []), check]
  const of = inRounds(wanted, runs, town)
  // They take little, and what a check leaves behind is not theirs.
  const ofQuick = inRounds([emptyNode, ...quick], runs * quickRuns, town)
  const serialTimes = serial === undefined ? [] : repeat(serialRuns, () => time(serial, town))
  const floor = of(emptyNode).map((ms, round) => ms + Math.max(...children.map((child) => of(child)[round] ?? 0)))
  const row = rowsOf(where)
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
    ...(least ? ratio(`${least.name} / the same`, of(least), floor) : []),
    ...quick.flatMap((subject) => row(subject.name, 'ms', ofQuick(subject))),
    ...notDue.flatMap((subject) => {
      const under = isNode(subject) ? emptyNode : aShell
      return ratio(`${subject.name} / ${under.name}`, ofQuick(subject), ofQuick(under))
    }),
    ...(serial === undefined
      ? []
      : [...row(serial.name, 'ms', serialTimes), ...ratio(`${serial.name} / a check`, serialTimes, of(check))]),
    ...insights(town, subjects, row),
  ]
}

type RowMaker = (what: string, unit: Row['unit'], numbers: readonly number[]) => readonly Row[]

const serialRuns = 3
/** So many for each of the others. */
const quickRuns = 2
const isNode = ({ name }: Subject): boolean => !name.startsWith('gt-rearm')

function insights(town: Site, { check, emptyNode, least }: Subjects, row: RowMaker): readonly Row[] {
  const empty = repeat(insightRuns, () => lookInto(emptyNode, town))
  const found = repeat(insightRuns, () => lookInto(check, town))
  const bare = least === undefined ? [] : repeat(insightRuns, () => lookInto(least, town))
  const kib = (bytes: number): number => bytes / 1024
  const emptyRead = kib(empty[0]?.read ?? 0)
  const cpu = ({ cpu }: Insight): number => cpu
  const each = (what: string, unit: Row['unit'], of: (insight: Insight) => number): readonly Row[] => [
    ...row(`an empty node: ${what}`, unit, empty.map(of)),
    ...row(`${least?.name}: ${what}`, unit, bare.map(of)),
    ...row(`a check: ${what}`, unit, found.map(of)),
  ]
  return [
    ...each('own processor time', 'ms', cpu),
    ...row(
      'a check: own processor time / that of an empty node',
      'x',
      found.map((insight, nth) => cpu(insight) / (empty[nth]?.cpu ?? 1)),
    ),
    ...each('page faults', '', ({ faults }) => faults),
    ...each('peak memory', 'MiB', ({ memory }) => memory),
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
      'the least that a check can be: from its beginning to its first child',
      'ms',
      bare.flatMap(({ firstChild }) => firstChild ?? []),
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
      'a check and its children: read, beyond an empty node',
      'KiB',
      found.map(({ read }) => kib(read) - emptyRead),
    ),
  ]
}

const insightRuns = 5
const repeat = <T>(many: number, once: () => T): readonly T[] => Array.from({ length: many }, once)
