import { type Known, known } from '../domain/known.js'
import type { PendingSpawn, Rig } from '../domain/snapshot.js'
import type { Town } from '../town.js'
import { readPending } from './pending.js'
import { type Restraints, readRestraints } from './restraints.js'
import { type Census, takeCensus } from './workers.js'

/** What the town's files tell, besides who its rigs are. */
export interface TownFiles {
  readonly census: Census
  readonly restraints: Restraints
  readonly pending: Known<readonly PendingSpawn[]>
}

/** Reads who works in the town, who is to be left alone, and which polecats wait to begin. */
export const readFiles = ({ root, dialect }: Town, rigs: readonly Rig[]): TownFiles => ({
  census: takeCensus(root, rigs),
  restraints: readRestraints(root, rigs, dialect.restraints?.(root, rigs)),
  pending: dialect.steps.pendingSpawns ? readPending(root) : known([]),
})
