import { personAt, type Surroundings } from './conditions.js'
import { formatAge } from './duration.js'
import type { Known } from './known.js'

/** A tmux client, as tmux tells it. Times are epoch milliseconds, in whole seconds. */
export interface TmuxClient {
  readonly name: string
  readonly createdAt: number
  /** When a key was last pressed in it. */
  readonly activityAt: number
  readonly sessionId: string
  /** When a client was last attached to that session. */
  readonly sessionAttachedAt: number
  /** The window that it shows. */
  readonly windowId: string
}

/** An agent's request about its own session. */
export interface OwnRequest {
  /** Undefined: nothing tells when it was sent. */
  readonly sentAt: number | undefined
  /** tmux's id of the session. */
  readonly sessionId: string
  /** Clients that were told already: they do not keep it any more. */
  readonly isTold?: (client: TmuxClient) => boolean
}

/** By what clients are judged, times in milliseconds. */
export interface ClientRule {
  readonly now: number
  readonly attachedGrace: number
}

/** Why an agent's own request has to wait, and when to look again. */
export interface ClientObstacle {
  readonly because: string
  readonly until?: number
}

const SECOND = 1000

/** tmux tells the beginning of the second in which a key was pressed: the client is idle from its end on. */
const idleAt = ({ activityAt }: TmuxClient, { now, attachedGrace }: ClientRule): number =>
  Math.min(activityAt, now) + SECOND + attachedGrace

/** The latest moment at which a client may have begun to show the session. */
function shownSince(client: TmuxClient, { sessionId }: OwnRequest): number {
  const since = Math.max(client.createdAt, client.sessionAttachedAt)
  // Nothing tells when another session came to show its window; its person pressed a key for it.
  return client.sessionId === sessionId ? since : Math.max(since, client.activityAt)
}

/** Whether the request came while the client showed the session already: its person can see that the agent asks. */
const cameFirst = (client: TmuxClient, request: OwnRequest): boolean =>
  request.sentAt !== undefined && Math.floor(request.sentAt / SECOND) > Math.floor(shownSince(client, request) / SECOND)

/** The clients that show the session. */
export const viewersOf = ({ windows }: Surroundings, clients: readonly TmuxClient[]): readonly TmuxClient[] =>
  clients.filter(({ windowId }) => windows.some(({ id }) => id === windowId))

/** Why an agent's own request about its session has to wait for whoever is there, or undefined. A client keeps it only while its
 *  person is active, and came to the session after the request. */
export function ownRequestObstacle(
  session: Surroundings,
  clients: Known<readonly TmuxClient[]> | undefined,
  request: OwnRequest & ClientRule,
): ClientObstacle | undefined {
  const atWork = personAt({ ...session, attached: 0, windows: [] })
  if (atWork !== undefined) return { because: atWork }
  const person = personAt(session)
  if (person === undefined) return undefined
  if (!clients?.known)
    return { because: `${person}, and tmux does not tell since when${clients ? `: ${clients.why}` : ''}` }
  const viewers = viewersOf(session, clients.value)
  const counted = session.windows.reduce((sum, one) => sum + one.viewers, 0)
  // A client that is not in the list came after it.
  if (viewers.length < Math.max(counted, session.attached)) return { because: person }
  const isBusy = (client: TmuxClient): boolean =>
    !request.isTold?.(client) && !cameFirst(client, request) && idleAt(client, request) > request.now
  const busy = viewers.filter(isBusy)
  if (busy.length === 0) return undefined
  const until = Math.max(...busy.map((client) => idleAt(client, request)))
  const age = formatAge(Math.max(0, request.now - Math.max(...busy.map(({ activityAt }) => activityAt))))
  const grace = formatAge(request.attachedGrace)
  return {
    because: `${person} and pressed a key ${age} ago; it waits until they pause for ${grace} (attachedGrace)`,
    until,
  }
}
