import { keyOf, type Turn } from '../domain/lasting.js'
import type { Town } from '../town.js'
import { type Heartbeat, isComplete } from './account.js'
import { checkEntry, deedEntry, deedLine, findingEntry } from './chronicle.js'
import { isDaemons } from './own-files.js'

/** Says in log and history what was done, and what began or ended; what has not changed is not said again. */
export function tellWhatHappened(town: Town, { outcomes, findings, snapshot }: Heartbeat, turn: Turn): void {
  const begun = new Set(turn.begun.map(({ key }) => key))
  for (const outcome of outcomes.filter((one) => one.outcome !== 'deferred')) {
    town.log.line(deedLine(outcome))
    town.log.history(deedEntry(town, outcome, snapshot))
  }
  for (const { says } of turn.begun) town.log.line(says)
  for (const key of turn.over) town.log.line(`Over: ${key.split('|').slice(1).filter(Boolean).join(' ')}`)
  for (const finding of findings) if (begun.has(keyOf(finding))) town.log.history(findingEntry(town, finding))
}

/** Says that the check is over: a heartbeat in the words of the original daemon, with its number where there is one. */
export function tellEnd(town: Town, heartbeat: Heartbeat, count: number | undefined): void {
  town.log.history(checkEntry(town, heartbeat))
  if (isDaemons(heartbeat)) return
  town.log.line(town.mode === 'lifecycle' ? 'Lifecycle requests processed' : endLine(heartbeat, count))
}

function endLine(heartbeat: Heartbeat, count: number | undefined): string {
  if (!isComplete(heartbeat)) return 'Check ended; it was not complete and counts as no heartbeat'
  return `Heartbeat complete${count === undefined ? '' : ` (#${count})`}`
}
