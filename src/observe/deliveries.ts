import type { Database } from '../dialects/database.js'
import { defaultBranchOf } from '../dialects/default-branch.js'
import type { Address } from '../domain/agent.js'
import { isOver, isPolecat, needsDelivery, type PolecatSight } from '../domain/conditions.js'
import { hookOf } from '../domain/hook.js'
import { cannotTell, type Known, known, mapKnown } from '../domain/known.js'
import type { AgentSight, Delivery, MergeRequest } from '../domain/snapshot.js'
import { now } from '../ports/clock.js'
import { gitIn } from '../ports/git.js'
import { mergedInto, mergedWords } from '../ports/merged-branch.js'
import type { Town } from '../town.js'
import { ask } from './ask.js'
import type { SecondQuestions } from './second-look.js'

type Requests = Known<readonly MergeRequest[]>

/** So many work trees are read at the same time. */
const together = 4

/** Finds out for each polecat that would be started whether its work is merged or submitted already. */
export async function askDeliveries(
  town: Town,
  sights: readonly AgentSight[],
  { look, databases, until }: SecondQuestions,
): Promise<ReadonlyMap<Address, Known<Delivery | null>>> {
  const wanted = sights.filter(isPolecat).filter((sight) => needsDelivery(sight, look))
  const homes = new Map(wanted.map(({ agent }) => [agent.rig, homesOf(agent.rig, databases)]))
  const asked = [...new Set([...homes.values()].flat())]
  const lists = Promise.all(asked.map(async (home) => [home, await requestsIn(town, home, until)] as const))
  const merges = await askEach(wanted, (sight) => mergeOf(town, sight, until))
  const requests = new Map(await lists)
  return new Map(
    wanted.map((sight) => {
      const its = (homes.get(sight.agent.rig) ?? []).flatMap((home) => requests.get(home) ?? [])
      return [sight.address, deliveryOf(merges.get(sight) ?? known(null), submissionOf(sight, its))]
    }),
  )
}

/** A merge request lies in the database of its rig, or in the town's if the rig has none. */
function homesOf(rig: string, databases: readonly Database[]): readonly Database[] {
  const own = databases.filter(({ rigs }) => rigs.includes(rig))
  return own.length > 0 ? own : databases.filter(({ rigs }) => rigs.length === 0)
}

async function requestsIn(town: Town, home: Database, until: number): Promise<Requests> {
  const { answer } = await ask(town, town.dialect.listMergeRequests(home), left(until))
  return answer.known ? town.dialect.readMergeRequests(answer.value) : answer
}

const left = (until: number): number => Math.max(1, until - now())

async function askEach<T, U>(all: readonly T[], one: (each: T) => Promise<U>): Promise<ReadonlyMap<T, U>> {
  const answers = new Map<T, U>()
  const waiting = all.values()
  const work = async (): Promise<void> => {
    for (const each of waiting) answers.set(each, await one(each))
  }
  await Promise.all(Array.from({ length: together }, work))
  return answers
}

async function mergeOf(town: Town, { agent }: PolecatSight, until: number): Promise<Known<Delivery | null>> {
  const git = gitIn(town, town.dialect.folder(town.root, agent), () => left(until))
  const name = defaultBranchOf(town.root, agent.rig)
  const merged = name.known ? await mergedInto(git, name.value) : name
  return mapKnown(merged, (found) => found && { how: 'merged', because: mergedWords(found) })
}

function submissionOf(sight: PolecatSight, lists: readonly Requests[]): Known<Delivery | null> {
  const requests = lists.flatMap((list) => (list.known ? list.value : []))
  const its = requests.find((request) => request.source === hookOf(sight) && !isOver(request))
  const silent = lists.find((list) => !list.known)
  if (its === undefined && silent?.known === false) return cannotTell(silent.why)
  return known(its === undefined ? null : { how: 'submitted', because: `its merge request ${its.id} is not closed` })
}

/** What is merged needs no request any more. One of the two is enough, whatever the other cannot tell. */
function deliveryOf(merged: Known<Delivery | null>, submitted: Known<Delivery | null>): Known<Delivery | null> {
  if (merged.known && merged.value !== null) return merged
  if (submitted.known && submitted.value !== null) return submitted
  return merged.known ? submitted : merged
}
