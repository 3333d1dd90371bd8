import type { Known } from '../domain/known.js'
import type { Pane } from '../domain/session.js'
import type { Town } from '../town.js'
import { type Servers, serverAt } from './servers.js'

const patience = 5000

/** tmux can miss the end of a pane's process: the pane is dead then, and nobody says how. Any child of the server that ends
 *  makes it notice, so where one of the named sessions has such a pane, all panes are asked for once more. */
export async function afterMissedEnds(
  town: Town,
  { panes, conflict }: Servers,
  names: ReadonlySet<string>,
): Promise<Known<readonly Pane[]>> {
  const isMissed = ({ session, dead, deadStatus, deadAt }: Pane): boolean =>
    dead && deadStatus === undefined && deadAt === undefined && names.has(session)
  if (conflict !== undefined || !panes.known || !panes.value.some(isMissed)) return panes
  const tmux = serverAt(town, town.tmux.socket, patience)
  await tmux.sequence([['run-shell', 'true']])
  return tmux.panes()
}
