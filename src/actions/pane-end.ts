import type { Agent } from '../domain/agent.js'
import { type Launch, profileOf, shellOf } from '../domain/launch.js'
import { redactionFor } from '../domain/redaction.js'
import type { Pane } from '../domain/session.js'
import type { Performing } from './performing.js'

/** A pane whose process has ended, and what was started in it. */
interface Ended {
  readonly agent: Agent
  readonly pane: Pane
  readonly launch: Launch
}

const notFound = 127
const shownLines = 5

/** Why a pane ended right after its start, in one line for a person: exit status, its last lines, what to do. */
export async function howPaneEnded(performing: Performing, { agent, pane, launch }: Ended): Promise<string> {
  const { town } = performing
  const status = pane.deadStatus ?? (await statusAskedAgain(performing, pane))
  const screen = await town.tmux.capture(pane.session, 100)
  const lines = screen.known ? redactionFor(town.env)(lastLines(screen.value)) : ''
  const said = lines === '' ? '' : `; its last lines: ${lines}`
  if (status === notFound) return `${notFoundText(agent, launch)}${said}`
  return `its pane ended at once${status === undefined ? '' : ` with exit code ${status}`}${said}`
}

// tmux can miss the end of a pane's process until another child of its own ends.
async function statusAskedAgain({ town }: Performing, { paneId }: Pane): Promise<number | undefined> {
  await town.tmux.sequence([['run-shell', 'true']])
  const panes = await town.tmux.panes()
  return panes.known ? panes.value.find((pane) => pane.paneId === paneId)?.deadStatus : undefined
}

function notFoundText(agent: Agent, { through, words }: Launch): string {
  const [program] = words
  const mend = `install it, or give its path in launch.${agent.role} of the configuration`
  if (through.kind === 'straight') return `${program} was not found on the check's own PATH: ${mend}`
  return `${program} was found neither on the check's own PATH nor by the login shell ${shellOf(through)}: ${mend}, or put its folder on the PATH in ${profileOf(through)}`
}

function lastLines(screen: string): string {
  const lines = screen.split('\n').map((line) => line.trim())
  // tmux's own words about a dead pane say nothing more.
  const said = lines.filter((line) => line !== '' && !line.startsWith('Pane is dead'))
  return said.slice(-shownLines).join(' | ')
}
