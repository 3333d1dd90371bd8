import { declaredNames } from '../domain/agent-process.js'
import { cannotTell, type Known, known } from '../domain/known.js'
import type { Pane } from '../domain/session.js'

const fields = [
  'pid',
  'session_id',
  'session_name',
  'session_created',
  'session_path',
  'session_attached',
  'window_id',
  'window_active_clients',
  'window_activity',
  'pane_id',
  'pane_pid',
  'pane_in_mode',
  'pane_input_off',
  'pane_dead',
  'pane_dead_status',
  'pane_dead_time',
  'pane_current_command',
  // tmux also looks for these in the environment of its session.
  'GT_PROCESS_NAMES',
  'GT_AGENT',
  'GT_PANE_ID',
] as const

/** The `-F` format whose answer `panesOf` reads. `nonce` is new for each call, so that no path or name can pass for a separator. */
export const panesFormat = (nonce: string): string =>
  `${nonce}[${fields.map((field) => `#{${field}}`).join(`${nonce},`)}${nonce}]`

/** The panes in an answer to `panesFormat(nonce)`. Cannot tell when anything in it is no pane. */
export function panesOf(answer: string, nonce: string): Known<readonly Pane[]> {
  const [before, ...records] = answer.split(`${nonce}[`)
  const panes = records.map((record) => paneOf(record, nonce))
  const complete = panes.filter((pane) => pane !== undefined)
  if (before !== '' || panes.length === 0 || complete.length < panes.length) {
    return cannotTell(`tmux list-panes answered what is no list of panes: ${JSON.stringify(answer.slice(0, 120))}`)
  }
  return known(withoutForeignDeclarations(complete))
}

/** Without `GT_PANE_ID` of the server's own environment: tmux shows that for each session that declares none. */
function withoutForeignDeclarations(panes: readonly Pane[]): readonly Pane[] {
  const sessionOf = new Map(panes.map(({ paneId, sessionId }) => [paneId, sessionId]))
  const firstToDeclare = new Map<string, string>()
  const shared = new Set<string>()
  for (const { declaredPane, sessionId } of panes) {
    const first = firstToDeclare.get(declaredPane) ?? sessionId
    firstToDeclare.set(declaredPane, first)
    if (first !== sessionId) shared.add(declaredPane)
  }
  const isOwn = ({ declaredPane, sessionId }: Pane): boolean =>
    !shared.has(declaredPane) || sessionOf.get(declaredPane) === sessionId
  return panes.map((pane) => (pane.declaredPane === '' || isOwn(pane) ? pane : { ...pane, declaredPane: '' }))
}

function paneOf(record: string, nonce: string): Pane | undefined {
  if (!record.endsWith(`${nonce}]\n`)) return undefined
  const values = record.slice(0, -nonce.length - 2).split(`${nonce},`)
  if (values.length !== fields.length) return undefined
  const text = (field: (typeof fields)[number]): string => values[fields.indexOf(field)] ?? ''
  const number = (field: (typeof fields)[number]): number | undefined => wholeNumber(text(field))
  const [serverPid, created, activity] = [number('pid'), number('session_created'), number('window_activity')]
  const pid = number('pane_pid')
  const [sessionId, windowId, paneId] = [text('session_id'), text('window_id'), text('pane_id')]
  if (serverPid === undefined || created === undefined || activity === undefined || pid === undefined) return undefined
  // They come into commands of tmux's own.
  if (!/^\$\d+$/.test(sessionId) || !/^@\d+$/.test(windowId) || !/^%\d+$/.test(paneId)) return undefined
  return {
    serverPid,
    sessionId,
    session: text('session_name'),
    createdAt: created * 1000,
    path: text('session_path'),
    attached: number('session_attached') ?? 0,
    windowId,
    viewers: number('window_active_clients') ?? 0,
    windowActivityAt: activity * 1000,
    paneId,
    pid,
    inMode: (number('pane_in_mode') ?? 0) > 0,
    inputOff: text('pane_input_off') === '1',
    dead: text('pane_dead') === '1',
    deadStatus: number('pane_dead_status'),
    deadAt: milliseconds(number('pane_dead_time')),
    command: text('pane_current_command'),
    processNames: declaredNames(text('GT_PROCESS_NAMES'), text('GT_AGENT')),
    declaredPane: text('GT_PANE_ID'),
  }
}

const wholeNumber = (text: string): number | undefined => (/^\d+$/.test(text) ? Number(text) : undefined)
const milliseconds = (seconds: number | undefined): number | undefined => (seconds ? seconds * 1000 : undefined)
