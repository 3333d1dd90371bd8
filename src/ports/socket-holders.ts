import { readlinkSync } from 'node:fs'
import type { Process } from '../domain/session.js'
import { linksOf } from './surroundings.js'
import type { ListeningSocket } from './tmux-sockets.js'

/** The tmux servers that may listen on a socket: those that hold it; where none is seen to, those that hide what they hold. */
export function serversOn({ inode }: ListeningSocket, processes: readonly Process[]): readonly Process[] {
  const servers = processes.filter(({ comm }) => comm.startsWith('tmux'))
  const links = new Map(servers.map((server) => [server, linksOf(server.pid)] as const))
  const holders = servers.filter((server) => links.get(server)?.includes(`socket:[${inode}]`))
  return holders.length > 0 ? holders : servers.filter((server) => links.get(server) === undefined)
}

/** Whether a process sees other mounts than this one; no where nobody can tell. */
export function seesOtherMounts({ pid }: Pick<Process, 'pid'>): boolean {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`) !== readlinkSync('/proc/self/ns/mnt')
  } catch {
    return false
  }
}
