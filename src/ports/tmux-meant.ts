import type { SessionIdentity, SessionSight } from '../domain/session.js'
import { target } from './tmux-words.js'

/** A session that may be ended, as it was seen. */
export type MeantSession = Pick<SessionIdentity, 'serverPid' | 'sessionId'> & Pick<SessionSight, 'attached' | 'windows'>

export type PaneOfSession = Pick<SessionSight, 'windows' | 'paneId'>

/** A pane that may be typed into, in a session as it was seen. */
export type MeantPane = MeantSession & PaneOfSession

/** tmux answers in the same words as `wordsOf`. */
const whatStands = '#{pid} #{session_id} #{session_attached} #{W:#{window_active_clients} #{P:#{pane_id} }}'

function wordsOf({ serverPid, sessionId, attached, windows }: MeantSession): string {
  const each = windows.map(({ viewers, panes }) => `${viewers} ${panes.map((pane) => `${pane} `).join('')}`)
  return `${serverPid} ${sessionId} ${attached} ${each.join('')}`
}

export function killWords(name: string, meant: MeantSession) {
  const { sessionId } = meant
  const isMeant = `#{==:${whatStands},${wordsOf(meant)}}`
  return ['if-shell', '-F', '-t', target(name), isMeant, `kill-session -t '${sessionId}'`, 'display-message -p kept']
}

/** Exactly this pane of the session of that name. */
export const paneOf = (name: string, { windows, paneId }: PaneOfSession): string =>
  `${target(name)}${windows.find(({ panes }) => panes.includes(paneId))?.id ?? ''}.${paneId}`

/** A command for a pane, done only while its session is the one that was seen. `state`: and while its pane is in this state. */
export function ifMeant(
  name: string,
  meant: MeantPane,
  command: string,
  state = { asked: '', is: '' },
): readonly string[] {
  const isMeant = `#{==:${whatStands}${state.asked},${wordsOf(meant)}${state.is}}`
  return ['if-shell', '-F', '-t', paneOf(name, meant), isMeant, command, 'display-message -p kept']
}

/** Keys arrive in the program of a pane that is in no mode, whose input is on, and which is not dead. */
export const keyWords = (name: string, meant: MeantPane, command: string): readonly string[] =>
  ifMeant(name, meant, command, { asked: '#{pane_in_mode} #{pane_input_off} #{pane_dead}', is: '0 0 0' })
