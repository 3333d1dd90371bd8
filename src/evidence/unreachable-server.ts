import { dirname } from 'node:path'
import { agentNames } from '../domain/agent-process.js'
import type { ServerRecord } from '../domain/ledger.js'
import { ancestry, descendants, type ProcessTree, processTree } from '../domain/process-tree.js'
import { shellWord } from '../domain/quote.js'
import { signOf } from '../domain/server-signs.js'
import type { Pane, Process } from '../domain/session.js'
import { isAgentOfTown } from '../domain/survivor.js'
import { townAbove } from '../ports/folders.js'
import { mayRun, shownProcesses } from '../ports/processes.js'
import { seesOtherMounts, serversOn } from '../ports/socket-holders.js'
import { surroundingsOf } from '../ports/surroundings.js'
import { atSocket, lostSockets } from '../ports/tmux-sockets.js'
import type { Town } from '../town.js'
import { shownIn } from './shown.js'

const roles = ['deacon', 'mayor', 'witness', 'refinery', 'crew', 'polecat'] as const

/** Why the panes that tmux has told are not all: a live tmux server that may have agents of this town cannot be reached. With the
 *  command that makes it reachable; undefined: there is none. */
export async function unreachableServer(town: Town, panes: readonly Pane[]): Promise<string | undefined> {
  const before = await findUnreachable(town, panes)
  if (before === undefined) return undefined
  // The server may have begun, or ended, since the panes were asked for.
  const again = await town.tmux.panes()
  return again.known ? findUnreachable(town, again.value) : before
}

async function findUnreachable(town: Town, panes: readonly Pane[]): Promise<string | undefined> {
  const answering = new Set(panes.map(({ serverPid }) => serverPid))
  const lost = lostSockets(panes.length === 0 ? town.tmux.socket : undefined)
  const former = formerServer(town, answering)
  if (lost.length === 0 && former === undefined) return undefined
  const listed = await shownProcesses(town.commands)
  if (!listed.known) return `a tmux server that cannot be reached may have agents of this town: ${listed.why}`
  const tree = processTree(listed.value)
  for (const socket of lost) {
    const servers = serversOn(socket, listed.value).filter(({ pid }) => !answering.has(pid))
    for (const server of servers) {
      const isTowns = socket.path === town.tmux.socket || server.pid === former?.pid
      const sign = (isTowns ? signOfTown : signOfAgents)(town, server, tree)
      if (sign !== undefined) return `${unreached(server, socket.path)} (${sign}); ${cure(server, socket.path)}`
    }
  }
  return former && besideFormer(town, former, tree)
}

/** The server that had this town's sessions, where it lives on and is not the one that has answered. */
function formerServer({ ledger }: Town, answering: ReadonlySet<number>): ServerRecord | undefined {
  const { server } = ledger.current()
  const isElsewhere = server !== undefined && !answering.has(server.pid)
  return isElsewhere && mayRun(`${server.pid}@${server.startTime}`) ? server : undefined
}

function signOfTown({ root }: Town, server: Process, tree: ProcessTree): string | undefined {
  const found = surroundingsOf([server, ...descendants(tree, server.pid)])
  return signOf(found, { folder: root }, (folder) => townAbove(folder) !== undefined)
}

/** Another server of this user, on which a person may work in the town: only agents make it the town's. */
function signOfAgents({ root, settings }: Town, server: Process, tree: ProcessTree): string | undefined {
  const names = roles.flatMap((role) => agentNames(settings, role))
  const agent = shownIn(descendants(tree, server.pid), root).find((shown) => {
    const process = tree.byPid.get(shown.pid)
    return process !== undefined && isAgentOfTown({ shown, process }, names)
  })
  return agent && `process ${agent.pid} below it is an agent in this town`
}

/** Where the kernel does not tell who listens: the agents that were seen tell of their server. */
function besideFormer({ ledger, tmux }: Town, { pid, startTime, socket }: ServerRecord, tree: ProcessTree) {
  const server = tree.byPid.get(pid)
  if (server === undefined || server.startTime !== startTime) return undefined
  const agents = Object.values(ledger.current().agents).flatMap(({ process }) => process ?? [])
  const agent = agents.find((identity) => isBelow(server, identity, tree))
  if (agent === undefined) return undefined
  const sign = `process ${Number.parseInt(agent, 10)} below it is an agent of this town`
  const isThere = socket !== tmux.socket && atSocket(socket) === 'a socket'
  const agree = `the settings name ${tmux.socket}: make them agree`
  return `${unreached(server, socket)} (${sign}); ${isThere ? agree : cure(server, socket)}`
}

function isBelow({ pid }: Process, identity: string, { byPid }: ProcessTree): boolean {
  const agent = byPid.get(Number.parseInt(identity, 10))
  if (agent === undefined || identity !== `${agent.pid}@${agent.startTime}` || agent.state === 'Z') return false
  return ancestry(agent.pid, (one) => byPid.get(one)).has(pid)
}

const unreached = ({ pid }: Process, socket: string): string =>
  `the tmux server with pid ${pid} has processes of this town and cannot be reached at its socket ${socket}`

/** On SIGUSR1 tmux makes its socket anew, at the same path. */
function cure(server: Process, socket: string): string {
  if (seesOtherMounts(server))
    return 'it sees other mounts than this check: run checks where its /tmp is seen (PrivateTmp=no)'
  const signal = `kill -USR1 ${server.pid}`
  const path = shellWord(socket)
  switch (atSocket(socket)) {
    case 'nothing':
      return `${signal} makes it reachable`
    case 'no folder':
      return `mkdir -p -m 700 ${shellWord(dirname(socket))} && ${signal} makes it reachable`
    default:
      return `mv ${path} ${shellWord(`${socket}.other`)} && ${signal} makes it reachable`
  }
}
