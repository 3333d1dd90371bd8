import type { CarryOut } from '../domain/action.js'
import { address } from '../domain/agent.js'
import { ownRequestObstacle, type TmuxClient, viewersOf } from '../domain/attached-clients.js'
import { personAt, type Surroundings } from '../domain/conditions.js'
import { now, sleep } from '../ports/clock.js'
import type { Guard } from './kill-session.js'
import type { Performing } from './performing.js'

/** So long a person has to read what they are told, milliseconds. */
const readingTime = 1500

/** Lets a session be ended on its agent's own request although clients show it, where the request may be carried out beside them. */
export interface RequestGuard {
  readonly guard: Guard
  /** Tells the clients that show the session what comes. The guard lets it be ended beside those from now on. */
  tell(session: Surroundings): Promise<void>
}

const keyOf = ({ name, createdAt }: TmuxClient): string => `${createdAt} ${name}`

/** Asks tmux for its clients only where a client shows the session. */
export function requestGuard({ town }: Performing, action: CarryOut): RequestGuard {
  const { agent, session: meant, sentAt, verb } = action
  const { tmux, settings, dialect } = town
  const sessionId = meant === 'absent' ? '' : meant.sessionId
  const told = new Set<string>()
  const guard: Guard = async (session) => {
    if (personAt(session) === undefined) return undefined
    const { attachedGrace } = settings
    const clients = await tmux.clients()
    const rule = { sentAt, sessionId, now: now(), attachedGrace }
    return ownRequestObstacle(session, clients, { ...rule, isTold: (client) => told.has(keyOf(client)) })?.because
  }
  const tell = async (session: Surroundings): Promise<void> => {
    if (personAt(session) === undefined) return
    const clients = await tmux.clients()
    const viewers = clients.known ? viewersOf(session, clients.value) : []
    const what = verb === 'shutdown' ? 'ends now' : 'ends now and is replaced'
    const text = `gt-heartbeat: ${address(agent)} asked for a ${verb}, so this session ${what}`
    await Promise.all(viewers.map(({ name }) => tmux.showText(name, dialect.sessionName(agent), text)))
    for (const client of viewers) told.add(keyOf(client))
    if (viewers.length > 0) await sleep(readingTime)
  }
  return { guard, tell }
}
