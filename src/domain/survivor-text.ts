import { quote, shellWord } from './quote.js'
import type { Survivor } from './survivor.js'

/** The session that an agent should have. */
interface Home {
  readonly sessionName: string
  /** Another session stands under that name. */
  readonly isTaken: boolean
  readonly socket: string
}

/** What lives of an agent outside of its session, and what a person can type about it, in one line. */
export function survivorText(survivor: Survivor, home: Home): string {
  const { process, pane, evidence } = survivor
  const where = pane === undefined ? 'in no session of this tmux server' : `in the tmux session ${quote(pane.session)}`
  const back = evidence === 'folder' ? undefined : wayBack(survivor, home)
  const cure = back ?? `the agent is started once that process has ended (kill ${process.pid})`
  return `${whatLives(survivor)} ${where}: ${cure}`
}

function whatLives({ evidence, name, process: { pid } }: Survivor): string {
  const process = `${quote(name)} (pid ${pid})`
  switch (evidence) {
    case 'remembered':
      return `its process ${process} lives on`
    case 'variables':
      return `${process} has its GT_ROLE and lives`
    case 'folder':
      return `${process} runs in its work folder,`
  }
}

/** tmux takes the ids, so that no name which somebody chose stands on the command line. */
function wayBack({ pane, isAlone }: Survivor, { sessionName, isTaken, socket }: Home): string | undefined {
  if (pane === undefined) return undefined
  const swap = `swap-pane -d -s '${pane.paneId}' -t =${sessionName}:`
  const make = `new-session -d -s ${sessionName} ';' ${swap}`
  const rename = `rename-session -t '${pane.sessionId}' ${sessionName}`
  return `tmux -S ${shellWord(socket)} ${isTaken ? swap : isAlone ? rename : make} puts it back`
}
