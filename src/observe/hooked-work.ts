import { type Database, databaseOf } from '../dialects/database.js'
import { isIssueId } from '../dialects/rows.js'
import { cannotTell, type Known, known } from '../domain/known.js'
import type { AgentBead, WorkBead } from '../domain/snapshot.js'
import { now } from '../ports/clock.js'
import type { Town } from '../town.js'
import { ask } from './ask.js'

/** So many ids fit one command line, and so many that bd did not show together are asked for alone. */
const together = 200
const alone = 16

/** The work on hooks, by its id; null: bd knows no such issue. */
export type HookedWork = ReadonlyMap<string, Known<WorkBead | null>>

/** Asks for the beads on these agents' hooks, each in the database it lives in; `until`: epoch ms. */
export async function askHookedWork(
  town: Town,
  beads: readonly AgentBead[],
  { databases, until }: { readonly databases: readonly Database[]; readonly until: number },
): Promise<HookedWork> {
  const wanted = new Map<string, Set<string>>()
  for (const { hook, database } of beads) {
    const folder = databaseOf(databases, hook)?.folder ?? database
    if (isIssueId(hook)) wanted.set(folder, (wanted.get(folder) ?? new Set()).add(hook))
  }
  const groups = [...wanted].flatMap(([folder, ids]) => chunks([...ids]).map((chunk) => ({ folder, ids: chunk })))
  const answers = await Promise.all(groups.map((group) => askGroup(town, group, until)))
  // No issue has such an id, so bd is not asked.
  const odd = beads.filter(({ hook }) => !isIssueId(hook)).map(({ hook }): Entry => [hook, known(null)])
  return new Map([...odd, ...answers.flat()])
}

function chunks(ids: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(ids.length / together)
  return Array.from({ length: count }, (_, index) => ids.slice(index * together, (index + 1) * together))
}

interface Group {
  readonly folder: string
  readonly ids: readonly string[]
}

type Entry = readonly [string, Known<WorkBead | null>]

/** All at once. bd fails as a whole for one id that it does not know, so each id without an answer is asked for again alone. */
async function askGroup(town: Town, { folder, ids }: Group, until: number): Promise<readonly Entry[]> {
  const answers = await show(town, { folder, ids }, until)
  const open = answers.filter(([, answer]) => answer === undefined).map(([id]) => id)
  const asked = ids.length > 1 ? open.slice(0, alone) : []
  const again = await Promise.all(asked.map((id) => show(town, { folder, ids: [id] }, until)))
  const late = new Map(again.flat())
  return answers.map(([id, answer]) => [id, answer ?? late.get(id) ?? cannotTell(`bd does not say what ${id} is`)])
}

/** Null: bd knows no such issue. Undefined: it said nothing of this one. */
type Shown = readonly [string, Known<WorkBead | null> | undefined]

async function show(town: Town, { folder, ids }: Group, until: number): Promise<readonly Shown[]> {
  const [id = ''] = ids
  const { dialect } = town
  const call = ids.length === 1 ? dialect.showBead(folder, id) : dialect.showBeads(folder, ids)
  const { answer, output, failure } = await ask(town, call, left(until))
  const works = dialect.readWorks(answer.known ? answer.value : '')
  if (!answer.known && failure !== 'exit') return ids.map((one) => [one, answer])
  if (!works.known) return ids.map((one) => [one, works])
  // bd shows an issue with a longer id only when it knows none of exactly this one.
  const isOther = ids.length === 1 && works.value.length > 0
  return ids.map((one) => {
    const work = works.value.find((shown) => shown.id === one)
    if (work !== undefined) return [one, known(work)]
    if (isOther || dialect.isUnknown(output, one)) return [one, known(null)]
    return [one, answer.known || ids.length > 1 ? undefined : answer]
  })
}

const left = (until: number): number => Math.max(1, until - now())
