import type { Database } from '../dialects/database.js'
import { rigOf } from '../domain/agent.js'
import { isDown } from '../domain/conditions.js'
import { hookOf } from '../domain/hook.js'
import { cannotTell, type Known, known } from '../domain/known.js'
import type { AgentSight, Restraint, Rig } from '../domain/snapshot.js'
import { now } from '../ports/clock.js'
import type { Town } from '../town.js'
import { ask } from './ask.js'
import type { SecondQuestions } from './second-look.js'

/** What keeps whole rigs down, as their own beads say it. */
export type RigStates = ReadonlyMap<string, Known<Restraint | undefined>>

/** Asks the beads of those rigs in which somebody would be started. */
export async function askRigStates(
  town: Town,
  sights: readonly AgentSight[],
  more: SecondQuestions,
): Promise<RigStates> {
  if (town.dialect.listRigs === undefined) return new Map()
  const names = new Set(sights.filter((sight) => isWanted(sight, more.look)).map(({ agent }) => rigOf(agent) ?? ''))
  return new Map(await Promise.all([...names].map(async (name) => [name, await stateOf(town, name, more)] as const)))
}

/** Whom a rule would start: a witness that is down, a polecat that is and has work. */
function isWanted(sight: AgentSight, look: SecondQuestions['look']): boolean {
  if (sight.restraint !== undefined || !isDown(sight, look)) return false
  return sight.agent.role === 'witness' || (sight.agent.role === 'polecat' && hookOf(sight) !== '')
}

async function stateOf(
  town: Town,
  name: string,
  { databases, until }: SecondQuestions,
): Promise<Known<Restraint | undefined>> {
  const rig: Rig = { name, prefix: undefined }
  // A rig without a database of its own keeps its issues in the town's.
  const own: Database | undefined =
    databases.find(({ rigs }) => rigs.includes(name)) ?? databases.find(({ rigs }) => rigs.length === 0)
  if (own === undefined) return cannotTell(`no database of ${name} is known, which would say whether it is docked`)
  const call = town.dialect.listRigs?.(own)
  if (call === undefined) return known(undefined)
  const { answer } = await ask(town, call, Math.max(1, until - now()))
  return answer.known ? (town.dialect.readRig?.(answer.value, rig) ?? known(undefined)) : answer
}
