import { type Known, known } from '../domain/known.js'
import type { Belongings } from '../domain/server-signs.js'
import type { Pane } from '../domain/session.js'
import type { Commands } from './command.js'
import { signOfTown } from './server-signs.js'
import type { Tmux } from './tmux.js'

/** The first deadline for a tmux server that need not be the town's, milliseconds. A check asks one that hangs twice at most, and takes two
 *  seconds for it. */
export const othersPatience = 800

/** What a server that need not be the town's answered. `sign`: what of it is the town's, where it did not answer. */
export interface OtherServer {
  readonly panes: Known<readonly Pane[]>
  readonly sign?: Known<string | undefined>
}

/** How a server is asked. */
export interface Asking {
  readonly at: (deadline: number) => Tmux
  readonly deadline: number
  readonly commands: Commands
}

/** Asks a tmux server that need not be the town's. One that does not answer soon, and of which no process has to do with the town, has
 *  none of its panes; any other gets the whole deadline. */
export async function askOther({ at, deadline, commands }: Asking, town: Belongings): Promise<OtherServer> {
  const server = at(Math.min(deadline, othersPatience))
  const panes = await server.panes()
  if (panes.known) return { panes }
  const sign = await signOfTown(server.socket, town, commands)
  if (sign.known && sign.value === undefined) return { panes: known([]), sign }
  return { panes: await at(deadline).panes(), sign }
}
