import { join } from 'node:path'
import * as z from 'zod/mini'
import { cannotTell, type Known } from '../domain/known.js'
import { withoutForeign } from '../domain/launch.js'
import type { Pane } from '../domain/session.js'
import { sleep } from '../ports/clock.js'
import { readJson } from '../ports/files.js'
import { askOther } from '../ports/other-server.js'
import { realPath } from '../ports/places.js'
import { createTmux, type Tmux } from '../ports/tmux.js'
import { endsWithin } from '../ports/tmux-says.js'
import { userSockets } from '../ports/tmux-sockets.js'
import type { Doorstep } from '../town.js'

/** What is this town's. */
export interface Ours {
  /** Names of its sessions. */
  readonly names: ReadonlySet<string>
  /** Whether a pane is of a session of this town. `strict`: only when its folder lies in the town; else one that lies in no town counts too. */
  readonly isOurs: (pane: Pane, strict: boolean) => boolean
}

/** What tmux answered, on the socket that the settings name, and on the one written down by an earlier check where it is another. */
export interface AskedServers {
  readonly configured: Known<readonly Pane[]>
  readonly writtenDown: { readonly socket: string; readonly panes: Known<readonly Pane[]> } | undefined
  /** An earlier check wrote down the socket that the settings name. */
  readonly isConfirmed: boolean
}

/** The panes that count, and on which socket this town lives. */
export interface Servers {
  readonly panes: Known<readonly Pane[]>
  readonly seenOn: string | undefined
  readonly conflict: string | undefined
}

const townFileSchema = z.object({ socket: z.string().check(z.startsWith('/')) })

/** Asks for the panes of the configured socket and of the written-down one. */
export async function askServers(town: Doorstep): Promise<AskedServers> {
  const written = writtenSocket(town.root)
  const isOther = written !== undefined && !isSameSocket(written, town.tmux.socket)
  const [configured, other] = await Promise.all([town.tmux.panes(), isOther ? panesOf(town, written) : undefined])
  const writtenDown = isOther && other ? { socket: written, panes: other } : undefined
  return { configured, writtenDown, isConfirmed: written !== undefined && !isOther }
}

/** The socket on which an earlier check saw this town; nothing is written down where the file cannot be read. */
function writtenSocket(root: string): string | undefined {
  const file = readJson(join(root, 'daemon', 'heartbeat', 'town.json'))
  return file.known ? townFileSchema.safeParse(file.value).data?.socket : undefined
}

const isSameSocket = (one: string, other: string): boolean =>
  one === other || (realPath(one) !== undefined && realPath(one) === realPath(other))

/** A tmux server by its socket; `deadline` in ms, the one for every question unless said otherwise. */
export function serverAt({ commands, env, settings }: Doorstep, socket: string, deadline = settings.deadline): Tmux {
  const { TMUX: _server, TMUX_PANE: _pane, ...own } = withoutForeign(env)
  return createTmux({ socket, commands, env: own, deadline })
}

/** The panes of a server that need not be the town's. */
async function panesOf(town: Doorstep, socket: string, names?: Ours['names']): Promise<Known<readonly Pane[]>> {
  const { commands, root, settings } = town
  const asking = { at: (deadline: number) => serverAt(town, socket, deadline), deadline: settings.deadline, commands }
  const { panes, sign } = await askOther(asking, { folder: root, ...(names ? { names } : {}) })
  return panes.known || !sign ? panes : cannotTell(`${panes.why}; ${sign.known ? sign.value : sign.why}`)
}

/** Decides which server's panes count. Sessions of this town on another socket than the settings name are a conflict; where
 *  nothing is written down and none is seen, every socket of the user is asked once. */
export async function chooseServer(town: Doorstep, asked: AskedServers, ours: Ours): Promise<Servers> {
  const { configured, writtenDown, isConfirmed } = asked
  const { isOurs } = ours
  if (writtenDown) return besideWrittenDown(town, { configured, writtenDown }, ours)
  const isHere = configured.known && configured.value.some((pane) => isOurs(pane, false))
  const here = { panes: configured, seenOn: isHere ? town.tmux.socket : undefined, conflict: undefined }
  return isConfirmed || isHere || !configured.known ? here : searchElsewhere(town, here, ours)
}

interface TwoServers {
  readonly configured: AskedServers['configured']
  readonly writtenDown: NonNullable<AskedServers['writtenDown']>
}

function besideWrittenDown(town: Doorstep, { configured, writtenDown }: TwoServers, { isOurs }: Ours): Servers {
  const { socket, panes } = writtenDown
  if (!panes.known) {
    const why = `this town was last seen on the tmux socket ${socket}, which does not answer: ${panes.why}`
    return { panes: cannotTell(why), seenOn: undefined, conflict: undefined }
  }
  const there = panes.value.filter((pane) => isOurs(pane, false))
  const [first] = configured.known ? configured.value : []
  const isOneServer = first !== undefined && there.some(({ serverPid }) => serverPid === first.serverPid)
  if (there.length > 0 && !isOneServer) return { panes, seenOn: socket, conflict: conflictText(town, socket) }
  const isHere = configured.known && configured.value.some((pane) => isOurs(pane, false))
  return { panes: configured, seenOn: isHere ? town.tmux.socket : undefined, conflict: undefined }
}

async function searchElsewhere(town: Doorstep, here: Servers, { names, isOurs }: Ours): Promise<Servers> {
  const sockets = (await userSockets(town.env)).filter((socket) => !isSameSocket(socket, town.tmux.socket))
  const answers = await Promise.all(
    sockets.map(async (socket) => ({ socket, panes: await panesOf(town, socket, names) })),
  )
  for (const { socket, panes } of answers) {
    const isThere = panes.known && panes.value.some((pane) => isOurs(pane, true))
    if (isThere) return { panes, seenOn: socket, conflict: conflictText(town, socket) }
  }
  const silent = answers.flatMap(({ socket, panes }) => (panes.known ? [] : [{ socket, why: panes.why }]))
  // A server that ended while it was asked has no sessions.
  const [doubt] = silent.length === 0 ? [] : await stillThere(silent, town)
  if (doubt === undefined) return here
  const why = `no session of this town was ever seen, and it may have some on the tmux socket ${doubt.socket}, which does not answer: ${doubt.why}`
  return { ...here, panes: cannotTell(why) }
}

async function stillThere<T extends { readonly socket: string }>(
  silent: readonly T[],
  { env }: Doorstep,
): Promise<readonly T[]> {
  await sleep(endsWithin)
  const sockets = await userSockets(env)
  return silent.filter(({ socket }) => sockets.includes(socket))
}

/** Names both sockets and the settings that make the difference. */
function conflictText({ tmux, settings, env, dialect }: Doorstep, there: string): string {
  const variables = ['TMUX_TMPDIR', ...(dialect.socketName ? ['GT_TMUX_SOCKET'] : [])]
  const here = variables.map((name) => (env[name] ? `${name} is ${env[name]} here` : `${name} is not set here`))
  const setting =
    settings.tmuxSocket === undefined ? here.join(', ') : `tmuxSocket in the configuration says ${settings.tmuxSocket}`
  return `this town's sessions stand on the tmux socket ${there}, and the settings name ${tmux.socket} (${setting}): make them agree`
}
