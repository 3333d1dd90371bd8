import { address } from '../domain/agent.js'
import type { Known } from '../domain/known.js'
import { readScreen } from '../domain/screen.js'
import type { Pane } from '../domain/session.js'
import type { AgentSight, Mail, PendingSpawn, SpawnSight } from '../domain/snapshot.js'
import { readAnnouncement, spawnSessionComplaint } from '../domain/spawn.js'
import { sleep, ticks } from '../ports/clock.js'
import type { Tmux } from '../ports/tmux.js'

/** As long as the original waits for a prompt, and as often as it looks. Milliseconds. */
const window = 2000
const pause = 200
/** Lines of history besides the screen. */
const lines = 10

/** What waits to be told to begin: the list on disk, and what the deacon's mail announces besides. */
export function waitingSpawns(
  pending: Known<readonly PendingSpawn[]>,
  mail: Known<readonly Mail[]>,
  at: number,
): readonly PendingSpawn[] {
  if (!pending.known) return []
  const listed = pending.value
  const ids = new Set(listed.map(({ mailId }) => mailId))
  const announced = (mail.known ? mail.value : []).map((one) => readAnnouncement(one, at))
  const spawns = announced.flatMap((one) => (one !== undefined && 'spawn' in one ? [one.spawn] : []))
  return [...listed, ...spawns.filter(({ mailId }) => !ids.has(mailId))]
}

/** Where prompts are looked for. */
export interface Stage {
  readonly tmux: Tmux
  readonly panes: Known<readonly Pane[]>
  readonly sights: readonly AgentSight[]
}

/** Watches the panes of all waiting spawns side by side, until each shows its prompt or two seconds are over. */
export async function watchPrompts(spawns: readonly PendingSpawn[], stage: Stage): Promise<readonly SpawnSight[]> {
  if (spawns.length === 0) return []
  const sights = new Map(stage.sights.map((sight) => [sight.address, sight]))
  const settled = new Map<string, Promise<Look>>()
  const until = ticks() + window
  return Promise.all(
    spawns.map(async (spawn) => {
      const verdict = withoutLooking(spawn, sights, stage.panes)
      if (verdict) return { spawn, ...verdict }
      const look =
        settled.get(spawn.session) ?? watch(stage.tmux, { spawn, session: sightOf(spawn, sights)?.session }, until)
      settled.set(spawn.session, look)
      return { spawn, ...(await look) }
    }),
  )
}

type Look = Pick<SpawnSight, 'prompt' | 'because'>

/** What is clear before its pane is looked at: only the living session of the polecat itself is watched. */
function withoutLooking(
  spawn: PendingSpawn,
  sights: ReadonlyMap<string, AgentSight>,
  panes: Known<readonly Pane[]>,
): Look | undefined {
  const { session, rig, polecat } = spawn
  if (!panes.known) return { prompt: 'cannot-tell', because: panes.why }
  if (session !== '' && !panes.value.some((pane) => pane.session === session)) {
    return { prompt: 'gone', because: `its session ${session} no longer exists` }
  }
  const sight = sightOf(spawn, sights)
  const complaint = spawnSessionComplaint(spawn, sight?.sessionName)
  if (complaint !== undefined || sight === undefined) {
    return { prompt: 'cannot-tell', because: complaint ?? `nobody knows a polecat ${rig}/${polecat}` }
  }
  const { state, because, blind } = sight.liveness
  if (state === 'alive') return undefined
  return { prompt: blind || state === 'unknown' ? 'cannot-tell' : 'not-ready', because }
}

const sightOf = ({ rig, polecat }: PendingSpawn, sights: ReadonlyMap<string, AgentSight>): AgentSight | undefined =>
  sights.get(address({ role: 'polecat', rig, name: polecat }))

interface Watched {
  readonly spawn: PendingSpawn
  readonly session: AgentSight['session']
}

async function watch(tmux: Tmux, watched: Watched, until: number): Promise<Look> {
  for (;;) {
    const look = await lookOnce(tmux, watched)
    if (look.prompt === 'ready' || look.prompt === 'typed' || look.prompt === 'begun') return look
    if (ticks() + pause >= until) return look
    await sleep(pause)
  }
}

async function lookOnce(tmux: Tmux, { spawn, session }: Watched): Promise<Look> {
  const text = await tmux.capture(spawn.session, lines, session)
  if (!text.known) return { prompt: 'cannot-tell', because: text.why }
  const { state: prompt, because } = readScreen(text.value)
  return { prompt, because }
}
