import { type Database, databaseOf } from '../dialects/database.js'
import { isIssueId } from '../dialects/rows.js'
import { cannotTell, type Known, known } from '../domain/known.js'
import { quote } from '../domain/quote.js'
import type { AgentBead, WorkBead } from '../domain/snapshot.js'
import { now } from '../ports/clock.js'
import type { Town } from '../town.js'
import { ask } from './ask.js'

/** So many ids fit one command line, and so many that bd did not show together are asked for alone. */
const together = 200
const alone = 16

/** The work on hooks, by its id. */
export type HookedWork = ReadonlyMap<string, Known<WorkBead>>

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
  const odd = beads.filter(({ hook }) => !isIssueId(hook)).map(({ hook }) => [hook, oddHook(hook)] as const)
  return new Map([...odd, ...answers.flat()])
}

const oddHook = (hook: string) => cannotTell(`${quote(hook)} on its hook is no issue's id`)

function chunks(ids: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(ids.length / together)
  return Array.from({ length: count }, (_, index) => ids.slice(index * together, (index + 1) * together))
}

interface Group {
  readonly folder: string
  readonly ids: readonly string[]
}

type Entry = readonly [string, Known<WorkBead>]

/** All at once; bd fails as a whole for one id that it does not know, so what it left out is asked for again alone. */
async function askGroup(town: Town, { folder, ids }: Group, until: number): Promise<readonly Entry[]> {
  const call = town.dialect.showBeads(folder, ids)
  const { answer, failure } = await ask(town, call, left(until))
  if (!answer.known && (failure !== 'exit' || ids.length === 1)) return ids.map((id) => [id, answer])
  const shown = town.dialect.readWorks(answer.known ? answer.value : '')
  if (!shown.known) return ids.map((id) => [id, shown])
  const found = new Map(shown.value.map((work) => [work.id, known(work)]))
  const rest = ids.filter((id) => !found.has(id))
  const again =
    ids.length > 1 ? await Promise.all(rest.slice(0, alone).map((id) => askOne(town, { folder, id }, until))) : []
  const late = rest.slice(again.length).map((id): Entry => [id, cannotTell(`bd does not know ${id}`)])
  return [...found, ...again, ...late]
}

async function askOne(
  town: Town,
  { folder, id }: { readonly folder: string; readonly id: string },
  until: number,
): Promise<Entry> {
  const { answer } = await ask(town, town.dialect.showBead(folder, id), left(until))
  if (!answer.known) return [id, answer]
  const work = town.dialect.readWork(answer.value, id)
  if (!work.known) return [id, work]
  return [id, work.value === null ? cannotTell(`bd does not know ${id}`) : known(work.value)]
}

const left = (until: number): number => Math.max(1, until - now())
