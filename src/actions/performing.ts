import type { Agent } from '../domain/agent.js'
import type { Snapshot } from '../domain/snapshot.js'
import type { Town } from '../town.js'

/** What every performer gets besides its action. */
export interface Performing {
  readonly town: Town
  readonly snapshot: Snapshot
  /** The gate, asked again: why nothing may be done to this agent now, or undefined. */
  forbidden(agent: Agent): Promise<string | undefined>
}
