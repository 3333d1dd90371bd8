import { now } from '../ports/clock.js'
import type { Doorstep } from '../town.js'
import { askIssues, type Issues } from './databases.js'
import { type Stamps, sampleActivity } from './idle.js'
import { type RigList, readRigs } from './rigs.js'
import { type AskedServers, askServers } from './servers.js'

/** What every look begins with. */
export interface FirstQuestions {
  readonly stamps: Stamps
  /** When they were read, epoch ms. */
  readonly stampedAt: number
  readonly list: RigList
  /** What bd and tmux were asked; they are at work. */
  readonly issues: Promise<Issues>
  readonly servers: Promise<AskedServers>
}

/** Asks every database and tmux, side by side: all of them have begun when this returns. */
export function askFirst(town: Doorstep): FirstQuestions {
  // Before the first child: bd and gt may leave their own mark on the town's activity.
  const [stampedAt, stamps] = [now(), sampleActivity(town)]
  const list = readRigs(town.root)
  const databases = town.dialect.databases(town.root, list.rigs.known ? list.rigs.value : [])
  // bd takes longer, so it comes first.
  return { stamps, stampedAt, list, issues: askIssues(town, databases), servers: askServers(town) }
}
