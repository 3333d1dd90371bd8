import type { Call } from '../dialects/dialect.js'
import type { Doorstep } from '../town.js'
import { askIssues, firstCalls, type Issues } from './databases.js'
import { type RigList, readRigs } from './rigs.js'
import { type AskedServers, askServers } from './servers.js'

/** What every look begins with. */
export interface FirstQuestions {
  readonly list: RigList
  /** What bd was asked. */
  readonly calls: readonly Call[]
  /** What bd and tmux answer; they are at work. */
  readonly issues: Promise<Issues>
  readonly servers: Promise<AskedServers>
}

/** Asks every database and tmux, side by side: all of them have begun when this returns. */
export function askFirst(town: Doorstep): FirstQuestions {
  const list = readRigs(town.root)
  const databases = town.dialect.databases(town.root, list.rigs.known ? list.rigs.value : [])
  const calls = firstCalls(town, databases)
  // bd takes longer, so it comes first.
  const issues = askIssues(town, databases, calls)
  town.commands.endHeadStart()
  const asked = [...calls.agents.map(({ call }) => call), ...(calls.mail ? [calls.mail] : [])]
  return { list, calls: asked, issues, servers: askServers(town) }
}
