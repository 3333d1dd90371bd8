import { dirname } from 'node:path'
import { exitCodes } from '../exit-codes.js'
import type { ClosedGate } from '../gate.js'
import { now, sleep, ticks } from '../ports/clock.js'
import { makePrivateFolder } from '../ports/files.js'
import { type HeldLock, isLocked, tryLock } from '../ports/lock.js'
import { type Holder, lockFile, readHolder, writeHolder } from '../ports/lock-holder.js'

/** Milliseconds between two tries. */
const tryEvery = 200

/** This town's lock, and who took it before. */
export interface TakenLock extends HeldLock {
  readonly before: Holder | undefined
}

/** Takes this town's lock, waiting so many milliseconds for whoever holds it. Throws LockUnavailable where the platform has none. */
export async function takeLock(root: string, wait: number): Promise<TakenLock | ClosedGate> {
  const path = lockFile(root)
  makePrivateFolder(dirname(path))
  const until = ticks() + wait
  for (;;) {
    const lock = await tryLock(path)
    if (lock !== undefined) {
      const before = readHolder(path)
      writeHolder(path, { pid: process.pid, since: now() })
      return { ...lock, before }
    }
    const left = until - ticks()
    if (left <= 0) return busy(path)
    await sleep(Math.min(tryEvery, left))
  }
}

/** For a dry run, which takes no lock: whether another check works here. */
export async function lockedBy(root: string): Promise<ClosedGate | undefined> {
  const path = lockFile(root)
  return (await isLocked(path)) ? busy(path) : undefined
}

function busy(path: string): ClosedGate {
  const holder = readHolder(path)
  const who =
    holder === undefined ? '' : ` (pid ${holder.pid}, since ${new Date(holder.since).toTimeString().slice(0, 8)})`
  const because = `another check${who} is at work in this town: nothing was done`
  return { open: false, reason: 'busy', mayLook: false, because, exitCode: exitCodes.busy }
}

/** Whether the lock was had. */
export const isHeld = (lock: TakenLock | ClosedGate): lock is TakenLock => 'release' in lock
