import type { Action, Notify, Plan } from '../domain/action.js'
import { address } from '../domain/agent.js'
import { withheld, withheldAfterGap } from '../domain/plan.js'
import type { Snapshot } from '../domain/snapshot.js'

const rule = 'notices'

const isNotice = (action: Action): action is Notify => action.kind === 'notify'

function isRestrained({ agents }: Snapshot, { agent }: Notify): boolean {
  return agents.some((sight) => sight.address === address(agent) && sight.restraint !== undefined)
}

/** Whether the same was said within `noticeRepeat`; a stamp further off, in the future too, is none to go by. */
function wasSaid({ ledger, now, settings }: Snapshot, { key }: Notify): boolean {
  const record = ledger.notices[key]
  return record?.state === 'sent' && Math.abs(now - record.at) < settings.noticeRepeat
}

const isWorthSaying = (snapshot: Snapshot, notice: Notify): boolean =>
  !isRestrained(snapshot, notice) && !wasSaid(snapshot, notice)

/** The action, or nothing when it is a notice not worth sending; a start loses such a notice of its failure. */
function spoken(action: Action, says: (notice: Notify) => boolean): readonly Action[] {
  if (isNotice(action)) return says(action) ? [action] : []
  if (action.kind !== 'start' || action.otherwise === undefined || says(action.otherwise)) return [action]
  const { otherwise: _, ...start } = action
  return [start]
}

/** The plan without any notice, and what is said in their place; where ages are wrong, nobody is called stalled by them. */
function silenced(snapshot: Snapshot, plan: Plan): Plan {
  const held = plan.actions.filter(isNotice).filter((notice) => isWorthSaying(snapshot, notice))
  const because = 'the ledger was lost, so nobody knows what was said already: no notice is sent in this check'
  const instead = snapshot.ledgerLost
    ? withheld(held, { rule, verdict: 'lost-ledger', because })
    : withheldAfterGap(rule, held)
  const findings = plan.findings.filter(({ verdict }) => !snapshot.afterGap || verdict !== 'stalled')
  const actions = plan.actions.flatMap((action) => spoken(action, () => false))
  return { ...plan, actions, findings: [...findings, ...instead.findings] }
}

/** Everybody is told once while a condition lasts; nobody of those who were put to rest, and nobody when the past is not known. */
export function notices(snapshot: Snapshot, plan: Plan): Plan {
  if (snapshot.ledgerLost || snapshot.afterGap) return silenced(snapshot, plan)
  const says = (notice: Notify): boolean => isWorthSaying(snapshot, notice)
  return { ...plan, actions: plan.actions.flatMap((action) => spoken(action, says)) }
}
