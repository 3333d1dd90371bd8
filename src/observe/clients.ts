import type { TmuxClient } from '../domain/attached-clients.js'
import { isAsked, personAt } from '../domain/conditions.js'
import type { Known } from '../domain/known.js'
import type { AgentSight, Snapshot } from '../domain/snapshot.js'
import type { Town } from '../town.js'

/** Asks for the tmux clients, where a request may have to wait for one of them; else undefined. */
export async function askClients(
  { tmux, ledger }: Town,
  sights: readonly AgentSight[],
  mail: Snapshot['mail'],
): Promise<Known<readonly TmuxClient[]> | undefined> {
  const isPersonThere = sights.some(({ session }) => personAt(session) !== undefined)
  return isPersonThere && isAsked({ mail, ledger: ledger.current() }) ? tmux.clients() : undefined
}
