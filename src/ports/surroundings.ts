import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import type { Surroundings } from '../domain/server-signs.js'
import type { Process } from '../domain/session.js'
import { hasCode } from './files.js'

/** The surroundings of a process by /proc; undefined when it has ended or belongs to another user. Throws when it cannot be read. */
export function readSurroundings(pid: number): Surroundings | undefined {
  try {
    if (!isOwn(pid)) return undefined
    const [commandLine, environment] = ['cmdline', 'environ'].map((name) =>
      readFileSync(`/proc/${pid}/${name}`, 'utf8'),
    )
    return { pid, folder: folderOf(pid), commandLine: commandLine ?? '', environment: environment ?? '' }
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH')) return undefined
    throw error
  }
}

/** A zombie has no working directory. */
function folderOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH')) return undefined
    throw error
  }
}

/** Linux gives the files of a process that hides itself (ssh-agent, sudo) to root. */
const isOwn = (pid: number): boolean => statSync(`/proc/${pid}`).uid === process.getuid?.()

const listeningSocket = /^\S+: \S+ \S+ 00010000 0001 01 +(\d+) (\/.*)$/

/** The processes of this user that listen on a socket, by /proc; several where it was just inherited. */
export function listenersOn(socket: string): readonly number[] {
  const lines = readFileSync('/proc/net/unix', 'utf8').split('\n')
  const links = lines.flatMap((line) => {
    const [, inode, path] = listeningSocket.exec(line) ?? []
    return path === socket ? [`socket:[${inode}]`] : []
  })
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return links.length === 0 ? [] : pids.map(Number).filter((pid) => linksOf(pid)?.some((link) => links.includes(link)))
}

/** What the descriptors of a process lead to; undefined where it does not show them. */
export function linksOf(pid: number): readonly string[] | undefined {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((name) => linkAt(`/proc/${pid}/fd/${name}`))
  } catch {
    return undefined
  }
}

function linkAt(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

/** What processes show of themselves; those of other users, and those that hide it, are left out. `processes`: as `shownProcesses` has them. */
export const surroundingsOf = (processes: readonly Process[]): readonly Surroundings[] =>
  processes.map(macOS ? shownByPs : shownByProc).filter((found) => found !== undefined)

const macOS = process.platform === 'darwin'

function shownByProc({ pid }: Process): Surroundings | undefined {
  try {
    return readSurroundings(pid)
  } catch {
    return undefined
  }
}

/** `ps` prints the environment behind the command line. */
export const shownByPs = ({ pid, argv }: Process): Surroundings => ({
  pid,
  folder: undefined,
  commandLine: argv.join(' '),
  environment: argv.join(' '),
})
