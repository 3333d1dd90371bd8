import type { Agent } from '../domain/agent.js'
import { type Known, known, mapKnown } from '../domain/known.js'
import { type Launch, launchArgv, swallowedText, wasSwallowed } from '../domain/launch.js'
import { quote } from '../domain/quote.js'
import type { Pane, SessionIdentity } from '../domain/session.js'
import { identityOf } from '../domain/session-sight.js'
import { now, sleep } from '../ports/clock.js'
import { processOf } from '../ports/processes.js'
import { isDuplicate } from '../ports/tmux.js'
import { launchFor } from './launch-for.js'
import { howPaneEnded } from './pane-end.js'
import type { Performing } from './performing.js'
import { renamedSession, whyNoSession } from './tmux-obstacles.js'

/** How the making of a session went. `swallowed`: the login shell's profile ran another shell in its own place. */
export type Opening =
  | { readonly kind: 'started'; readonly identity: SessionIdentity; readonly note?: string }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'failed'; readonly error: string; readonly left?: SessionIdentity; readonly swallowed: boolean }

/** How long a new pane is left before it is looked at, milliseconds: what fails at once has failed by then. */
const shortLook = 250

/** Makes the session of an agent, the agent as its pane's own process, and looks whether it stands. */
export async function openSession(performing: Performing, agent: Agent): Promise<Opening> {
  const { town } = performing
  const name = town.dialect.sessionName(agent)
  const launch = launchFor(performing, agent)
  const begunAt = now()
  const made = await town.tmux.newSession({
    name,
    folder: town.dialect.folder(town.root, agent),
    environment: launch.identity,
    argv: launchArgv(launch),
  })
  if (isDuplicate(made, name)) return { kind: 'duplicate' }
  await sleep(shortLook)
  const look = await lookFor(performing, agent, begunAt)
  if (!look.known) return refused(`nobody can tell whether its session came up: ${look.why}`)
  const { pane, note } = look.value
  if (!pane) {
    const because = (await whyNoSession(performing)) ?? (made.ok ? lastWords(made.stderr) : made.failure)
    return refused(`tmux made no session ${name}: ${because}`)
  }
  return judge(performing, { agent, pane, launch, note: made.note ?? note })
}

interface Made {
  readonly pane: Pane | undefined
  readonly note?: string
}

/** The pane of the agent's session. Where a hook of tmux has renamed that, it gets its name back. */
async function lookFor(performing: Performing, agent: Agent, begunAt: number): Promise<Known<Made>> {
  const { tmux, dialect } = performing.town
  const look = await tmux.panes()
  if (!look.known) return look
  const name = dialect.sessionName(agent)
  const pane = look.value.find(({ session }) => session === name)
  const renamed = pane ? undefined : await renamedSession(performing, agent, look.value, begunAt)
  if (!renamed) return known({ pane })
  await tmux.reclaim(renamed.sessionId, name)
  const note = `a hook of tmux renamed its session to ${quote(renamed.session)}: it has its name again`
  return mapKnown(await tmux.panes(), (panes) => ({ pane: panes.find(({ session }) => session === name), note }))
}

interface Seen {
  readonly agent: Agent
  readonly pane: Pane
  readonly launch: Launch
  readonly note: string | undefined
}

async function judge(performing: Performing, { agent, pane, launch, note }: Seen): Promise<Opening> {
  if (pane.dead) {
    const error = await howPaneEnded(performing, { agent, pane, launch })
    return { kind: 'failed', error, left: identityOf(pane, undefined), swallowed: false }
  }
  const process = processOf(pane.pid)
  const identity = identityOf(pane, process)
  if (process && launch.through.kind !== 'straight' && wasSwallowed(process.argv, launch.words))
    return { kind: 'failed', error: swallowedText(launch, process.argv), left: identity, swallowed: true }
  return { kind: 'started', identity, ...(note === undefined ? {} : { note }) }
}

const refused = (error: string): Opening => ({ kind: 'failed', error, swallowed: false })
const lastWords = (text: string): string => text.trim().split('\n').at(-1) || 'and it gave no reason'
