import { closeSync, constants, existsSync, fstatSync, lstatSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { sleep } from './clock.js'
import type { Commands } from './command.js'
import { demandFile, openFile } from './open-file.js'
import { lockOn } from './proc-locks.js'

/** Our own kernel lock, held until `release` or the end of the process. */
export interface HeldLock {
  release(): void
}

/** The kernel lock has no binding for this platform. The message is one line for a person. */
export class LockUnavailable extends Error {
  override readonly name = 'LockUnavailable'
}

/** What the kernel calls the first pid namespace of a machine. */
const firstPidNamespace = 'pid:[4026531836]'
const { O_RDONLY, O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW } = constants
/** For flock(1), which answers in 2 ms, milliseconds. */
const deadline = 5000
/** How long somebody who only looks (`isLocked`) may be in the way, milliseconds. */
const lookersLeave = 20

/** Takes the lock file at `path` (made when missing); undefined when another process holds it, or held it until now and took its file away.
 *  Throws LockUnavailable where the platform has no binding. */
export async function tryLock(path: string): Promise<HeldLock | undefined> {
  const { tryLock: lock } = await binding()
  // A number, not a FileHandle: a handle that is garbage-collected would drop the lock.
  const file = openFile(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600)
  try {
    if (lock(file)) return heldAt(path, file)
    await sleep(lookersLeave)
    if (lock(file)) return heldAt(path, file)
  } catch (error) {
    closeSync(file)
    throw error
  }
  closeSync(file)
  return undefined
}

/** A file that is no longer at its path keeps nobody out: the next one makes another. */
function heldAt(path: string, file: number): HeldLock | undefined {
  const there = lstatSync(path, { throwIfNoEntry: false })
  if (there?.ino === fstatSync(file).ino) return held(file)
  closeSync(file)
  return undefined
}

function held(file: number): HeldLock {
  let open = true
  return {
    release() {
      if (open) closeSync(file)
      open = false
    },
  }
}

/** Whether another process holds our lock; the file is not made. Throws LockUnavailable where the platform has no binding. */
export async function isLocked(path: string): Promise<boolean> {
  if (!existsSync(path)) return false
  const { tryLock: lock } = await binding()
  const file = openFile(path, O_RDONLY)
  try {
    return !lock(file, { shared: true })
  } finally {
    closeSync(file)
  }
}

/** Whether somebody holds a flock(2) on a file of gt's. Never takes it for longer than a look, never makes the file; cannot tell counts as held. */
export async function isFlocked(path: string, commands: Commands): Promise<boolean> {
  try {
    demandFile(path)
    const file = statSync(path, { throwIfNoEntry: false, bigint: true })
    if (!file) return false
    // On macOS our own lock is a flock too.
    if (process.platform === 'darwin') return await isLocked(path)
    const inTable = readlinkSync('/proc/self/ns/pid') === firstPidNamespace
    if (inTable) {
      const found = lockOn(file, readFileSync('/proc/locks', 'utf8'))
      if (found !== 'perhaps') return found === 'held'
    }
    return await askFlock(path, commands)
  } catch {
    return true
  }
}

/** Why a lock file of gt's counts as held. */
export function whyHeld(path: string): string {
  try {
    demandFile(path)
    return `somebody holds ${path}`
  } catch (error) {
    return `nobody can tell whether it is held: ${error instanceof Error ? error.message : error}`
  }
}

/** The table is empty across pid namespaces (containers): flock(1) tries a shared lock there, and gives it back. 0 free, 1 held. */
async function askFlock(path: string, commands: Commands): Promise<boolean> {
  const { PATH = '/usr/local/bin:/usr/bin:/bin' } = process.env
  const args = ['-n', '-s', path, 'true']
  const result = await commands.run({ program: 'flock', args, cwd: '/', env: { PATH }, deadline })
  return !result.ok
}

type Binding = typeof import('./lock-binding.js')

async function binding(): Promise<Binding> {
  try {
    return await import('./lock-binding.js')
  } catch (cause) {
    const platform = `${process.platform} ${process.arch}${isMusl() ? ' (musl)' : ''}`
    const there = 'there are ones for Linux with glibc and macOS, x64 and arm64'
    throw new LockUnavailable(`no kernel lock for ${platform}: ${there}`, { cause })
  }
}

const isMusl = (): boolean => process.platform === 'linux' && existsSync(`/lib/ld-musl-${muslArch()}.so.1`)
const muslArch = (): string => (process.arch === 'arm64' ? 'aarch64' : 'x86_64')
