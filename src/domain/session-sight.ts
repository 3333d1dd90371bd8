import type { Known } from './known.js'
import { blind, type Judging, judge, ownPane } from './liveness.js'
import type { Liveness, Pane, Process, SessionIdentity, SessionSight, WindowSight } from './session.js'

/** What a session is looked at with. */
export interface Looking extends Judging {
  /** The running check and everything above it, see `ancestry`. */
  readonly ourselves: ReadonlySet<number>
}

/** An agent's session: what state it is in, and what it is; no session: undefined. */
export interface Sighting {
  readonly liveness: Liveness
  readonly session: SessionSight | undefined
}

/** Which session a pane (the one it is known by) and its process make; a process that is gone has no start. */
export const identityOf = ({ serverPid, sessionId, pid }: Pane, process: Process | undefined): SessionIdentity => ({
  serverPid,
  sessionId,
  paneStart: `${pid}@${process?.startTime ?? ''}`,
})

/** The session of exactly this name among all panes of a server. The caller knows that the name is one agent's and the session this town's. */
export function sightOf(name: string, panes: Known<readonly Pane[]>, looking: Looking): Sighting {
  if (!panes.known) return { liveness: blind(panes.why), session: undefined }
  return sightOfPanes(
    panes.value.filter(({ session }) => session === name),
    looking,
  )
}

/** The same from the panes of that session alone, in tmux's order. */
export function sightOfPanes(panes: readonly Pane[], looking: Looking): Sighting {
  const own = ownPane(panes)
  return { liveness: judge(panes, looking), session: own && sessionOf(own, panes, looking) }
}

function sessionOf(own: Pane, panes: readonly Pane[], { now, processes, ourselves }: Looking): SessionSight {
  // The pid of a dead pane may be another process's by now.
  const process = processes.known && !own.dead ? processes.value.byPid.get(own.pid) : undefined
  return {
    identity: identityOf(own, process),
    // The clock was ahead then. The kernel knows when the process began, whatever the clock said.
    createdAt:
      own.createdAt > now && process !== undefined ? Math.min(own.createdAt, process.startedAt) : own.createdAt,
    processStartedAt: process?.startedAt ?? own.createdAt,
    activityAt: Math.max(...panes.map(({ windowActivityAt }) => windowActivityAt)),
    ...surroundingsOf(panes),
    paneId: own.paneId,
    panePid: own.pid,
    paneInMode: own.inMode,
    paneInputOff: own.inputOff,
    holdsThisCheck: panes.some((pane) => !pane.dead && ourselves.has(pane.pid)),
    death: own.dead ? { status: own.deadStatus, at: own.deadAt } : undefined,
  }
}

/** Who may be at work in a session or look at it, from its panes. */
export const surroundingsOf = (panes: readonly Pane[]): Pick<SessionSight, 'attached' | 'windows' | 'panes'> => ({
  attached: panes[0]?.attached ?? 0,
  windows: windowsOf(panes),
  panes: panes.filter((pane) => pane === ownPane(panes) || !pane.dead).length,
})

/** The windows of a session in tmux's order, which is the order of its panes. */
function windowsOf(panes: readonly Pane[]): readonly WindowSight[] {
  const ids = [...new Set(panes.map(({ windowId }) => windowId))]
  return ids.map((id) => {
    const its = panes.filter(({ windowId }) => windowId === id)
    return { id, viewers: its[0]?.viewers ?? 0, panes: its.map(({ paneId }) => paneId) }
  })
}
