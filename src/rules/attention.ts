import type { Action, Plan } from '../domain/action.js'
import { type Address, address } from '../domain/agent.js'
import { type Attention, attentionIn, lastsSince } from '../domain/attention.js'
import { ageOf } from '../domain/conditions.js'
import { hookOf } from '../domain/hook.js'
import { type Letter, needsAttention, noticeKey, notify } from '../domain/letters.js'
import type { AgentSight, Snapshot } from '../domain/snapshot.js'

const rule = 'attention'

const isPutOff = ({ kind, deferred }: Action): boolean => kind === 'start' && deferred !== undefined

/** Notices that say already that an agent is down with this work. */
const others: readonly Letter['kind'][] = [
  'CRASHED_POLECAT',
  'ORPHANED_WORK',
  'UNKNOWN_WORK',
  'UNVERIFIED_WORK',
  'FAILED_DONE',
]

/** Whether the agent's witness has been told of it by another notice, or is in this check. */
function isToldOtherwise(snapshot: Snapshot, planned: Plan, sight: AgentSight, since: number): boolean {
  const { ledger, now, settings } = snapshot
  if (planned.actions.some((action) => action.kind === 'notify' && address(action.agent) === sight.address)) return true
  return others.some((kind) => {
    const said = ledger.notices[noticeKey(kind, sight.address, hookOf(sight))]
    return said !== undefined && (said.at >= since || ageOf(now, said.at) < settings.noticeRepeat)
  })
}

function noticeAbout(snapshot: Snapshot, planned: Plan, sight: AgentSight, attention: Attention): readonly Action[] {
  const { ledger, now, settings } = snapshot
  const { condition, because } = attention
  const since = lastsSince(ledger, sight.address, condition)
  if (since === undefined || ageOf(now, since) < settings.attentionAfter) return []
  const isDown = condition === 'down' || condition === 'blocked'
  if (isDown && isToldOtherwise(snapshot, planned, sight, since)) return []
  const letter = needsAttention(sight, { ...attention, since, now })
  return [notify(sight, snapshot, { letter, rule, because, about: condition })]
}

/** An agent that should run and has not for `attentionAfter` is reported to whoever looks after it, once while that lasts. */
export function attention(snapshot: Snapshot, plan: Plan): Plan {
  if (snapshot.mode === 'lifecycle') return plan
  const found = attentionIn(plan.findings, plan.actions.filter(isPutOff))
  if (found.size === 0) return plan
  const notices = snapshot.agents.flatMap((sight) => {
    const one = found.get(sight.address)
    return one === undefined ? [] : noticeAbout(snapshot, plan, sight, one)
  })
  return { ...plan, actions: [...plan.actions, ...notices], ...nextReport(snapshot, found) }
}

/** When the first of these agents is to be reported that was not found so for long enough yet. */
function nextReport({ ledger, now, settings }: Snapshot, found: ReadonlyMap<Address, Attention>): Partial<Plan> {
  const times = [...found].map(
    ([agent, { condition }]) => (lastsSince(ledger, agent, condition) ?? now) + settings.attentionAfter,
  )
  const due = times.filter((at) => at > now)
  return due.length === 0 ? {} : { reportAt: Math.min(...due) }
}
