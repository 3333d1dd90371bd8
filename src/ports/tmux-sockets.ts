import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/** The path of the user's default tmux socket under this environment (TMUX_TMPDIR where there is such a folder, else /tmp), as tmux finds it. */
export const defaultSocket = (env: Environment): string => join(socketFolders(env)[0] ?? '/tmp', 'default')

/** The paths of every tmux socket of this user that a server listens on. Where the kernel does not tell: every socket in the folders tmux uses. */
export async function userSockets(env: Environment): Promise<readonly string[]> {
  const paths = listening() ?? socketFolders(env).flatMap(namesIn)
  return [...new Set(paths)].filter(isOurSocket).sort()
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
const listeningSocket = /^\S+: \S+ \S+ 00010000 0001 01 +\d+ (\/.*)$/

/** Linux: paths in this user's tmux folders, wherever they are, that a server listens on. */
function listening(): readonly string[] | undefined {
  try {
    const folder = `/tmux-${uid()}/`
    const paths = readFileSync('/proc/net/unix', 'utf8')
      .split('\n')
      .map((line) => listeningSocket.exec(line)?.[1])
    return paths.filter((path) => path !== undefined).filter((path) => path.includes(folder))
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
