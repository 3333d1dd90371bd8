import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { cases, long } from '../form.js'

/** What is wrong with a case, a line each; nothing when all is well. */
type Judge<T> = (value: T) => Promise<readonly string[]>

/** How a campaign goes over generated cases. */
export interface Campaign<T> {
  readonly cases: fc.Arbitrary<T>
  readonly count: number
  /** Cases at work side by side: most of them wait for something. */
  readonly atOnce: number
  readonly judge: Judge<T>
  /** A case as it is shown and kept. */
  readonly shown: (value: T) => unknown
}

/** The same cases in each run of the sample; others in each long run. $HOSTILE_SEED chooses. */
export const hostileSeed = (): number => Number(process.env['HOSTILE_SEED'] ?? (long ? Date.now() % 1_000_000_000 : 1))

/** How many cases: $HOSTILE_CASES, or as many as this form of the campaign has. */
export const hostileCases = (sample: number, whole: number): number =>
  Number(process.env['HOSTILE_CASES'] ?? cases(sample, whole))

/** Cases that are made of one seed. */
const chunk = 200

/** Judges all cases. Throws the smallest bad one it can find, with its seed; $HOSTILE_KEEP names a folder to keep it in. */
export async function campaign<T>({ count, atOnce, ...rest }: Campaign<T>, seed: number): Promise<void> {
  for (let done = 0; done < count; done += chunk) {
    const drawn = { seed: seed + done / chunk, numRuns: Math.min(chunk, count - done) }
    const bad = await firstBad(fc.sample(rest.cases, drawn), atOnce, rest.judge)
    if (bad !== undefined) throw await smallest(rest, { ...bad, seed: drawn.seed })
  }
}

/** A case that was judged to be bad: which of its seed, and why. */
interface Bad {
  readonly at: number
  readonly why: readonly string[]
}

/** Judges cases that are chosen, not drawn. Throws the first bad one. */
export async function allWell<T>(values: readonly T[], { atOnce, judge, shown }: Omit<Campaign<T>, 'cases' | 'count'>) {
  const bad = await firstBad(values, atOnce, judge)
  const value = bad && values[bad.at]
  if (value !== undefined) throw new Error(`${bad?.why.join('\n')}\n${JSON.stringify(shown(value), undefined, 2)}`)
}

async function firstBad<T>(values: readonly T[], atOnce: number, judge: Judge<T>): Promise<Bad | undefined> {
  const queue = [...values.entries()]
  const bad: Bad[] = []
  const worker = async () => {
    for (let next = queue.shift(); next && bad.length === 0; next = queue.shift()) {
      const why = await judge(next[1])
      if (why.length > 0) bad.push({ at: next[0], why })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return bad[0]
}

type Found<T> = Pick<Campaign<T>, 'cases' | 'judge' | 'shown'>

/** As small as a minute of trying makes it. */
const patience = 60_000

async function smallest<T>({ cases, judge, shown }: Found<T>, drawn: Bad & { readonly seed: number }): Promise<Error> {
  const property = fc.asyncProperty(cases, async (value) => {
    const wrong = await judge(value)
    if (wrong.length > 0) throw new Error(wrong.join('\n'))
  })
  const details = await fc.check(property, {
    seed: drawn.seed,
    path: String(drawn.at),
    numRuns: 1,
    interruptAfterTimeLimit: patience,
  })
  const [value] = details.counterexample ?? fc.sample(cases, { seed: drawn.seed, path: String(drawn.at), numRuns: 1 })
  const why =
    details.errorInstance instanceof Error
      ? details.errorInstance.message
      : `once, and not again: ${drawn.why.join('\n')}`
  const text = JSON.stringify(
    { says: why.split('\n')[0], ...Object(value === undefined ? {} : shown(value)) },
    undefined,
    2,
  )
  keep(text, `${drawn.seed}-${drawn.at}`)
  return new Error(`${why}\nseed ${drawn.seed}, case ${drawn.at} (HOSTILE_SEED, HOSTILE_KEEP): ${text}`)
}

function keep(text: string, name: string): void {
  const folder = process.env['HOSTILE_KEEP']
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.json`), `${text}\n`)
}
