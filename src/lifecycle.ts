import type { Action } from './domain/action.js'
import { address } from './domain/agent.js'
import { emptyPlan } from './domain/plan.js'
import { beginLook, lookAndAct } from './heartbeat.js'
import type { Heartbeat, Looked } from './remember/account.js'
import type { Doorstep, Town } from './town.js'

/** Not begun with less time left than this, milliseconds. */
const passNeeds = 10_000

/** Only the lifecycle requests: as often as a pass finds something new, all passes within the deadline of one check. */
export async function lifecycle(doorstep: Doorstep): Promise<Heartbeat> {
  const first = await beginLook(doorstep)
  const { remember, withLedger } = await import('./later.js')
  const town = withLedger(doorstep)
  const passes = [await lookAndAct(town, first)]
  while (isWorthAnother(town, passes)) passes.push(await lookAndAct(town, await beginLook(town)))
  return remember(town, together(passes))
}

function isWorthAnother(town: Town, passes: readonly Looked[]): boolean {
  const last = passes.at(-1)
  if (town.dryRun || last?.gate.open !== true || town.commands.left() < passNeeds) return false
  const before = new Set(passes.slice(0, -1).flatMap(deedsOf))
  return town.requests.hasNew() || deedsOf(last).some((deed) => !before.has(deed))
}

const deedsOf = ({ outcomes }: Looked): readonly string[] =>
  outcomes.filter(({ outcome }) => outcome === 'done').map(({ action }) => deedKey(action))

const deedKey = (action: Action): string =>
  [action.kind, action.agent ? address(action.agent) : '', 'mailId' in action ? action.mailId : ''].join('|')

/** All passes as one: what was done in each, and what the last one saw. */
function together(passes: readonly Looked[]): Looked {
  const last = passes.at(-1) ?? { gate: { open: true }, snapshot: undefined, plan: emptyPlan, outcomes: [] }
  const before = passes.slice(0, -1).flatMap(({ outcomes }) => outcomes.filter(({ outcome }) => outcome !== 'deferred'))
  return { ...last, outcomes: [...before, ...last.outcomes] }
}
