import type { Agent } from '../domain/agent.js'
import { carriesLaunchWords, swallowedText, wasSwallowed } from '../domain/launch.js'
import type { SessionSight } from '../domain/session.js'
import { processOf } from '../ports/processes.js'
import { launchFor } from './launch-for.js'
import { isSameSession } from './look-again.js'
import type { Performing } from './performing.js'
import { changeRecorded, recordedOf } from './start-record.js'

/** From now on the starts of this agent go by /bin/sh: the profile of its login shell swallowed one. */
export function goPlain(performing: Performing, agent: Agent): void {
  changeRecorded(performing, agent, (record) => ({ ...record, plainShell: true }))
}

/** A zombie that is our own last start, in which no agent was ever seen: the profile of its login shell ran another shell in
 *  its own place, or waits for somebody. Remembered, and returned as one line for a person. */
export function noteSwallowed(performing: Performing, agent: Agent, zombie: SessionSight): string | undefined {
  const { starts, aliveSince } = recordedOf(performing, agent)
  const last = starts.at(-1)
  const ours = last?.outcome === 'started' && last.identity && isSameSession(last.identity, zombie)
  if (performing.town.dialect.starts || !ours || last.forgiven || zombie.death || aliveSince !== undefined)
    return undefined
  const launch = launchFor(performing, agent)
  const argv = processOf(zombie.panePid)?.argv ?? []
  if (launch.through.kind === 'straight') return undefined
  if (!carriesLaunchWords(argv) && !wasSwallowed(argv, launch.words)) return undefined
  goPlain(performing, agent)
  return swallowedText(launch, argv)
}
