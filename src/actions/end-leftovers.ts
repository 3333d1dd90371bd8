import type { Address } from '../domain/agent.js'
import type { ChildRecord } from '../domain/ledger.js'
import { signalGroup } from '../ports/child-group.js'
import { sleep, ticks } from '../ports/clock.js'
import type { Performing } from './performing.js'
import { stillRuns, withoutChildren } from './recorded-child.js'

/** How long a group may take to end after TERM, and again after KILL, milliseconds. */
const patience = 2000

/** Ends the process groups of children that an earlier check left running. The addresses that are still occupied by one
 *  that does not end, or of which nobody can tell, come back: nothing may happen to those agents. */
export async function endLeftovers({ town }: Performing): Promise<ReadonlySet<Address>> {
  const children = town.ledger.current().children
  if (children.length === 0) return new Set()
  const ended = await Promise.all(children.map(hasBeenEnded))
  const gone = children.filter((_, index) => ended[index])
  if (gone.length > 0) town.ledger.change((ledger) => withoutChildren(ledger, gone))
  return new Set(children.filter((child) => !gone.includes(child)).map(({ address }) => address))
}

async function hasBeenEnded(child: ChildRecord): Promise<boolean> {
  try {
    return (await endsBy(child, 'SIGTERM')) || (await endsBy(child, 'SIGKILL'))
  } catch {
    // Nobody can tell whether it runs.
    return false
  }
}

async function endsBy(child: ChildRecord, signal: NodeJS.Signals): Promise<boolean> {
  if (!stillRuns(child)) return true
  signalGroup(child.pid, signal)
  const until = ticks() + patience
  while (ticks() < until) {
    if (!stillRuns(child)) {
      // The leader is gone; what it started in its group and ignores TERM goes too.
      signalGroup(child.pid, 'SIGKILL')
      return true
    }
    await sleep(25)
  }
  return false
}
