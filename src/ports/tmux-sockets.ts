import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/** The path of the user's default tmux socket under this environment (TMUX_TMPDIR where there is such a folder, else /tmp), as tmux finds it. */
export const defaultSocket = (env: Environment): string => join(socketFolders(env)[0] ?? '/tmp', 'default')

/** The paths of every tmux socket of this user that a server listens on. Where the kernel does not tell: every socket in the folders tmux uses. */
export async function userSockets(env: Environment): Promise<readonly string[]> {
  const paths = listeningSockets()?.map(({ path }) => path) ?? socketFolders(env).flatMap(namesIn)
  return [...new Set(paths)].filter(isOurSocket).sort()
}

/** A socket that a server listens on: its path when it began to, and the kernel's number for it. */
export interface ListeningSocket {
  readonly path: string
  readonly inode: string
}

/** Sockets of tmux servers of this user of which the path may lead to no server, or to another one: nothing stands there, or several
 *  listen on it, or it is `silent`, where no server has answered. Empty where the kernel does not tell. */
export function lostSockets(silent?: string): readonly ListeningSocket[] {
  const all = listeningSockets(silent) ?? []
  const isShared = (path: string): boolean => all.filter((one) => one.path === path).length > 1
  return all.filter(({ path }) => path === silent || isShared(path) || !isOurSocket(path))
}

/** What stands at the path of a socket. */
export function atSocket(path: string): 'a socket' | 'something else' | 'nothing' | 'no folder' {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false })
    if (found) return found.isSocket() ? 'a socket' : 'something else'
    return statSync(dirname(path), { throwIfNoEntry: false }) ? 'nothing' : 'no folder'
  } catch {
    return 'nothing'
  }
}

/** Why nobody may be asked at a tmux socket: it is somebody else's, or could become so. Undefined: it is this user's, or will be. */
export function foreignSocket(path: string): string | undefined {
  const { socket, folder } = standingAt(path)
  if (socket)
    return socket.uid === uid() ? undefined : `the tmux socket ${path} belongs to another user: it is not asked`
  // Whoever a folder belongs to can put something in the place of what stands in it.
  if (!folder || [uid(), 0].includes(folder.uid)) return undefined
  return `the folder of the tmux socket ${path} belongs to another user: no server is looked for there`
}

/** What may not be looked at may not be asked either: tmux says so. */
function standingAt(path: string) {
  try {
    const socket = lstatSync(path, { throwIfNoEntry: false })
    return { socket, folder: statSync(dirname(path), { throwIfNoEntry: false }) }
  } catch {
    return { socket: undefined, folder: undefined }
  }
}

const uid = (): number => process.getuid?.() ?? 0

/** `<temporary folder>/tmux-<uid>`, the one that tmux takes first. */
function socketFolders(env: Environment): readonly string[] {
  const bases = [env['TMUX_TMPDIR'] ?? '', '/tmp'].map(real).filter((path) => path !== undefined)
  return [...new Set(bases)].map((base) => join(base, `tmux-${uid()}`))
}

function real(path: string): string | undefined {
  try {
    return path === '' ? undefined : realpathSync(path)
  } catch {
    return undefined
  }
}

/** A listening stream socket has the flag 00010000 and state 01; its path is the rest of the line. */
const listeningSocket = /^\S+: \S+ \S+ 00010000 0001 01 +(\d+) (\/.*)$/

/** Linux: sockets in this user's tmux folders, wherever they are, and at one path besides, that a server listens on. */
function listeningSockets(besides?: string): readonly ListeningSocket[] | undefined {
  try {
    const folder = `/tmux-${uid()}/`
    return readFileSync('/proc/net/unix', 'utf8')
      .split('\n')
      .flatMap((line) => {
        const [, inode = '', path = ''] = listeningSocket.exec(line) ?? []
        return path.includes(folder) || (path !== '' && path === besides) ? [{ path, inode }] : []
      })
  } catch {
    return undefined
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name))
  } catch {
    return []
  }
}

function isOurSocket(path: string): boolean {
  try {
    const found = lstatSync(path)
    return found.isSocket() && found.uid === uid()
  } catch {
    return false
  }
}
