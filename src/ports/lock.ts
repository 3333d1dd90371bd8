/** Our own kernel lock, held until `release` or the end of the process. */
export interface HeldLock {
  release(): void
}

/** Takes the lock file at `path` (made when missing, never deleted); undefined when another process holds it.
 *  Throws LockUnavailable where the platform has no binding. */
export declare function tryLock(path: string): Promise<HeldLock | undefined>

/** Whether another process holds our lock; the file is not made. */
export declare function isLocked(path: string): Promise<boolean>

/** Whether somebody holds a flock(2) on a file of gt's. Never takes it; cannot tell counts as held. */
export declare function isFlocked(path: string): Promise<boolean>
