import type { Known } from '../domain/known.js'
import type { Snapshot } from '../domain/snapshot.js'

/** How much was seen of the town; 0 also for what could not be asked. */
export interface Seen {
  readonly rigs: number
  readonly agents: number
  readonly polecats: number
  readonly sessions: number
  readonly mail: number
  readonly pendingSpawns: number
}

const countOf = (answer: Known<readonly unknown[]>): number => (answer.known ? answer.value.length : 0)

/** Counts what a snapshot holds. */
export function seenIn(snapshot: Snapshot | undefined): Seen {
  if (snapshot === undefined) return { rigs: 0, agents: 0, polecats: 0, sessions: 0, mail: 0, pendingSpawns: 0 }
  return {
    rigs: countOf(snapshot.rigs),
    agents: snapshot.agents.length,
    polecats: snapshot.agents.filter(({ agent }) => agent.role === 'polecat').length,
    sessions: snapshot.sessions,
    mail: countOf(snapshot.mail),
    pendingSpawns: countOf(snapshot.pendingSpawns),
  }
}
