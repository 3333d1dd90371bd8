import type { Agent } from '../domain/agent.js'
import { processTree } from '../domain/process-tree.js'
import type { Process, SessionIdentity } from '../domain/session.js'
import { now } from '../ports/clock.js'
import { allProcesses } from '../ports/processes.js'
import { isSessionGone } from '../ports/tmux.js'
import { endProcesses, withTree } from './end-processes.js'
import { isSameSession, lookAgain, ourselves, whoIsThere } from './look-again.js'
import { blinded, hindered, type Setback } from './outcomes.js'
import type { Performing } from './performing.js'
import { tooOld } from './time-left.js'

/** Ends an agent's session and every process in it: only the session of this identity, and only while the gate is open, no
 *  person is there and this check does not run in it. Gone already is as good. Returns what kept it, or undefined. */
export async function killSession(
  performing: Performing,
  agent: Agent,
  identity: SessionIdentity,
): Promise<Setback | undefined> {
  const seenAt = now()
  const standing = await stillStands(performing, agent, identity)
  if (typeof standing !== 'boolean') return standing
  if (!standing) return undefined
  const processes = await processesIn(performing, agent, identity)
  if (!isList(processes)) return processes
  const own = ourselves()
  if (processes.some(({ pid }) => own.has(pid))) return hindered('this check itself runs in its session')
  await disarm(performing, agent)
  const late = tooOld(seenAt)
  if (late) return { hindrance: late }
  const left = await endProcesses(performing, processes)
  if (left.length > 0) return { error: `even KILL does not end ${left.map(nameOf).join(', ')}` }
  return endSession(performing, agent, identity)
}

const nameOf = ({ comm, pid }: Process): string => `${comm} (pid ${pid})`

/** Whether the session of this identity is there and may be ended; false: it is gone. */
async function stillStands(
  performing: Performing,
  agent: Agent,
  identity: SessionIdentity,
): Promise<boolean | Setback> {
  const forbidden = await performing.forbidden(agent)
  if (forbidden) return hindered(forbidden)
  const { session, liveness } = await lookAgain(performing, agent)
  if (liveness.blind) return blinded(liveness.because)
  if (!session) return false
  if (!isSameSession(identity, session)) return hindered('another session stands under its name by now')
  const person = whoIsThere(session)
  return person === undefined ? true : hindered(person)
}

const isList = (found: readonly Process[] | Setback): found is readonly Process[] => Array.isArray(found)

/** Every process in the pane of this session, of no other, the pane's own first; or why they stay: somebody has come since it was looked at. */
async function processesIn(
  { town }: Performing,
  agent: Agent,
  { serverPid, sessionId }: SessionIdentity,
): Promise<readonly Process[] | Setback> {
  const [panes, processes] = await Promise.all([town.tmux.panes(), allProcesses(town.commands)])
  if (!panes.known) return blinded(panes.why)
  if (!processes.known) return blinded(processes.why)
  const name = town.dialect.sessionName(agent)
  const its = panes.value.filter((pane) => pane.session === name && pane.sessionId === sessionId)
  const [first] = its
  const person = first && whoIsThere({ attached: first.attached, panes: its.length, holdsThisCheck: false })
  if (person) return hindered(person)
  const living = its.filter((pane) => pane.serverPid === serverPid && !pane.dead)
  const tree = processTree(processes.value)
  return [...new Set(living.flatMap((pane) => withTree(tree, pane)))]
}

/** Nothing of the session's own reacts to the end of its process, and its pane holds its name until we let go of it. */
async function disarm({ town }: Performing, agent: Agent): Promise<void> {
  const target = `=${town.dialect.sessionName(agent)}:`
  await town.tmux.sequence([
    ['set-option', '-p', '-t', target, 'remain-on-exit', 'on'],
    ['set-hook', '-u', '-p', '-t', target, 'pane-died'],
    ['set-hook', '-u', '-t', target, 'pane-died'],
  ])
}

/** Ends what is left of the session: unless it is gone, another one stands under its name by now, which stays, or somebody has come to it. */
async function endSession(
  performing: Performing,
  agent: Agent,
  identity: SessionIdentity,
): Promise<Setback | undefined> {
  const { tmux, dialect } = performing.town
  for (let tries = 0; tries < 2; tries += 1) {
    const { session, liveness } = await lookAgain(performing, agent)
    // Not seen is not gone: what is left of it holds its name.
    if (liveness.blind) return blinded(liveness.because)
    if (!session || session.identity.sessionId !== identity.sessionId) return undefined
    const person = whoIsThere(session)
    if (person) return hindered(person)
    const killed = await tmux.killSession(dialect.sessionName(agent), session.identity)
    if (!killed.ok) return isSessionGone(killed) ? undefined : { error: killed.failure }
    if (killed.stdout === '') return undefined
  }
  return hindered('its session changed right before it was ended')
}
