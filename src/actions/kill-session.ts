import type { Agent } from '../domain/agent.js'
import { personAt, type Surroundings } from '../domain/conditions.js'
import { known } from '../domain/known.js'
import { processTree } from '../domain/process-tree.js'
import type { Liveness, Pane, Process, SessionIdentity } from '../domain/session.js'
import { sightOfPanes } from '../domain/session-sight.js'
import { now } from '../ports/clock.js'
import { allProcesses } from '../ports/processes.js'
import { isSessionGone } from '../ports/tmux.js'
import { endProcesses, withTree } from './end-processes.js'
import { isSameSession, lookAgain, lookingAt, ourselves } from './look-again.js'
import { blinded, hindered, type Setback, wordsOf } from './outcomes.js'
import type { Performing } from './performing.js'
import { stillRuns } from './recorded-child.js'
import { tooOld } from './time-left.js'

/** Why a session must be left alone because of who is there or what runs in it, or undefined. Asked before each step of its end;
 *  without `liveness` after its processes have ended. */
export type Guard = (session: Surroundings, liveness?: Liveness) => Promise<string | undefined>

const nobodyThere: Guard = async (session) => personAt(session)

/** How the end of a session went. `remarks`: what is left of it, a line each. */
export type Ending =
  | { readonly ended: true; readonly remarks: readonly string[] }
  | ({ readonly ended: false } & Setback)

const stays = (setback: Setback): Ending => ({ ended: false, ...setback })

/** Ends an agent's session and every process in it: only the session of this identity, and only while the gate is open, `guard`
 *  allows it and this check does not run in it. Gone already is as good. */
export async function killSession(
  performing: Performing,
  agent: Agent,
  identity: SessionIdentity,
  guard: Guard = nobodyThere,
): Promise<Ending> {
  const seenAt = now()
  const standing = await stillStands(performing, agent, { identity, guard })
  if (typeof standing !== 'boolean') return stays(standing)
  if (!standing) return endingOf(identity)
  const inside = await insideOf(performing, agent, { identity, guard })
  if (!('processes' in inside)) return stays(inside)
  const own = ourselves()
  if (inside.processes.some(({ pid }) => own.has(pid))) return stays(hindered('this check itself runs in its session'))
  await disarm(performing, agent, inside)
  const late = tooOld(seenAt)
  if (late) return stays({ hindrance: late })
  const left = await endProcesses(performing, inside.processes)
  if (left.length > 0) return stays({ error: `even KILL does not end ${left.map(nameOf).join(', ')}` })
  const setback = await endSession(performing, agent, { identity, guard })
  return setback ? stays(setback) : endingOf(identity, windowsLeft(inside))
}

/** A session that is gone says nothing about its process: it may have been renamed, or its tmux server cannot be reached. */
function endingOf({ paneStart }: SessionIdentity, remarks: readonly string[] = []): Ending {
  const [pid = '', startTime = ''] = paneStart.split('@')
  try {
    const lives = startTime !== '' && stillRuns({ pid: Number(pid), startTime })
    return lives ? stays(hindered(`its session is gone, but its process (pid ${pid}) lives`)) : { ended: true, remarks }
  } catch (error) {
    return stays(blinded(`whether process ${pid} has ended: ${wordsOf(error)}`))
  }
}

const nameOf = ({ comm, pid }: Process): string => `${comm} (pid ${pid})`

/** The session that may be ended, and under which conditions. */
interface Meant {
  readonly identity: SessionIdentity
  readonly guard: Guard
}

/** Whether the session of this identity is there and may be ended; false: it is gone. */
async function stillStands(
  performing: Performing,
  agent: Agent,
  { identity, guard }: Meant,
): Promise<boolean | Setback> {
  const forbidden = await performing.forbidden(agent)
  if (forbidden) return hindered(forbidden)
  const { session, liveness } = await lookAgain(performing, agent)
  if (liveness.blind) return blinded(liveness.because)
  if (!session) return false
  if (!isSameSession(identity, session)) return hindered('another session stands under its name by now')
  const person = await guard(session, liveness)
  return person === undefined ? true : hindered(person)
}

/** What a session holds. */
interface Inside {
  /** Every process in its panes, the panes' own first. */
  readonly processes: readonly Process[]
  readonly panes: readonly string[]
  /** Other tmux sessions that have one of its windows, too. */
  readonly sharedWith: readonly string[]
}

/** What this session holds, of no other; or why it stays: somebody has come since it was looked at. */
async function insideOf(performing: Performing, agent: Agent, { identity, guard }: Meant): Promise<Inside | Setback> {
  const { town } = performing
  const { serverPid, sessionId } = identity
  const panes = await town.tmux.panes()
  if (!panes.known) return blinded(panes.why)
  // Read last: a program that has begun in the meantime must be among them.
  const processes = await allProcesses(town.commands)
  if (!processes.known) return blinded(processes.why)
  const name = town.dialect.sessionName(agent)
  const its = panes.value.filter((pane) => pane.session === name && pane.sessionId === sessionId)
  const tree = processTree(processes.value)
  const { session, liveness } = sightOfPanes(its, lookingAt(performing, agent, known(tree)))
  if (session && !isSameSession(identity, session)) return hindered('its process changed right before it was ended')
  const person = session && (await guard(session, liveness))
  if (person) return hindered(person)
  const living = its.filter((pane) => pane.serverPid === serverPid && !pane.dead)
  return {
    processes: [...new Set(living.flatMap((pane) => withTree(tree, pane)))],
    panes: its.map(({ paneId }) => paneId),
    sharedWith: sharing(its, panes.value),
  }
}

/** The names of other sessions that have one of these panes. */
function sharing(its: readonly Pane[], all: readonly Pane[]): readonly string[] {
  const ids = new Set(its.map(({ paneId }) => paneId))
  const others = all.filter(({ paneId, sessionId }) => ids.has(paneId) && sessionId !== its[0]?.sessionId)
  return [...new Set(others.map(({ session }) => session))]
}

/** A window that another session has too stays there: its pane is dead, and a person reads in it what was last said. */
const windowsLeft = ({ sharedWith }: Inside): readonly string[] =>
  sharedWith.map((session) => `its window, whose process has ended, stays in the tmux session ${session}`)

/** Nothing of the session's own reacts to the end of its process, and its panes hold its name until we let go of it. */
async function disarm({ town }: Performing, agent: Agent, { panes }: Inside): Promise<void> {
  const target = `=${town.dialect.sessionName(agent)}:`
  await town.tmux.sequence([
    ['set-hook', '-u', '-t', target, 'pane-died'],
    ...panes.flatMap((pane) => [
      ['set-option', '-p', '-t', pane, 'remain-on-exit', 'on'],
      // Not `-u`: an empty hook of the pane stands before one that the user's configuration has for all.
      ['set-hook', '-p', '-t', pane, 'pane-died', ''],
    ]),
  ])
}

/** Ends what is left of the session: unless it is gone, another one stands under its name by now, which stays, or somebody has come to it. */
async function endSession(
  performing: Performing,
  agent: Agent,
  { identity, guard }: Meant,
): Promise<Setback | undefined> {
  const { tmux, dialect } = performing.town
  for (let tries = 0; tries < 2; tries += 1) {
    const { session, liveness } = await lookAgain(performing, agent)
    // Not seen is not gone: what is left of it holds its name.
    if (liveness.blind) return blinded(liveness.because)
    if (!session || session.identity.sessionId !== identity.sessionId) return undefined
    const person = await guard(session)
    if (person) return hindered(person)
    const killed = await tmux.killSession(dialect.sessionName(agent), { ...session, ...session.identity })
    if (!killed.ok) return isSessionGone(killed) ? undefined : { error: killed.failure }
    if (killed.stdout === '') return undefined
  }
  return hindered('its session changed right before it was ended')
}
