import { cannotTell, type Known, known, mapKnown } from '../domain/known.js'
import { descendants, processTree } from '../domain/process-tree.js'
import { type Belongings, type Surroundings, signOf } from '../domain/server-signs.js'
import type { Process } from '../domain/session.js'
import type { Commands } from './command.js'
import { townAbove } from './folders.js'
import { allProcesses, processesAndEnvironments } from './processes.js'
import { listenersOn, readSurroundings, shownByPs } from './surroundings.js'

/** What the processes of a tmux server show of a town: one line for a person, or undefined where none of them has to do with it.
 *  For a server that does not answer. */
export async function signOfTown(
  socket: string,
  town: Belongings,
  commands: Commands,
): Promise<Known<string | undefined>> {
  return mapKnown(await surroundingsAt(socket, commands), (found) => signOf(found, town, isOfATown))
}

const isOfATown = (folder: string): boolean => townAbove(folder) !== undefined

/** Surroundings of the server on the socket and of every process below it. macOS does not tell which server listens where: all count. */
async function surroundingsAt(socket: string, commands: Commands): Promise<Known<readonly Surroundings[]>> {
  if (process.platform === 'darwin') {
    const listed = await processesAndEnvironments(commands)
    return mapKnown(listed, (all) => withDescendants(all, all.filter(isServer)).map(shownByPs))
  }
  try {
    const listeners = listenersOn(socket)
    if (listeners.length === 0) return cannotTell(`no process is known to listen on ${socket}`)
    const listed = await allProcesses(commands)
    if (!listed.known) return listed
    const servers = listed.value.filter(({ pid }) => listeners.includes(pid))
    const found = withDescendants(listed.value, servers).map(({ pid }) => readSurroundings(pid))
    return known(found.filter((one) => one !== undefined))
  } catch (error) {
    return cannotTell(`the processes of the server on ${socket}: ${error instanceof Error ? error.message : error}`)
  }
}

function withDescendants(all: readonly Process[], servers: readonly Process[]): readonly Process[] {
  const tree = processTree(all)
  return [...new Set(servers.flatMap((server) => [server, ...descendants(tree, server.pid)]))]
}

/** A tmux client is the child of a shell. */
const isServer = ({ comm, parent }: Process): boolean => comm === 'tmux' && parent === 1
