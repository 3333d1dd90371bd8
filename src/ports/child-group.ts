import type { ChildProcess } from 'node:child_process'

/** How long what a child left behind may keep its output open, milliseconds. */
const afterExit = 200
/** How long after its kill a child is waited for (one that hangs in the kernel cannot die), milliseconds. */
const afterKill = 1000

/** Waits for a child that leads a process group, kills the group after `limit` ms, and what the child left of it once it has ended.
 *  `answer` settles when the child has ended and its output is closed. Undefined: it was killed for being late. */
export async function inTime<T>(child: ChildProcess, answer: Promise<T>, limit: number): Promise<T | undefined> {
  const timers: NodeJS.Timeout[] = []
  const after = (ms: number, act: () => void) => timers.push(setTimeout(act, ms))
  const killed = new Promise<undefined>((resolve) => {
    after(limit, () => {
      if (hasEnded(child)) return
      killGroup(child.pid)
      child.once('exit', () => resolve(undefined))
      after(afterKill, () => resolve(undefined))
    })
  })
  // What it has printed is read before: after a sleep the timer may come first.
  const closeSoon = () => after(afterExit, () => void setImmediate(() => closeOutput(child)))
  if (hasEnded(child)) closeSoon()
  else child.once('exit', closeSoon)
  try {
    return await Promise.race([answer, killed])
  } finally {
    for (const timer of timers) clearTimeout(timer)
    closeOutput(child)
    killGroup(child.pid)
  }
}

/** Ends every process of the group that `leader` leads; fine when there is none. */
export function killGroup(leader: number | undefined): void {
  if (leader !== undefined) signalGroup(leader, 'SIGKILL')
}

/** Signals every process of the group that `leader` leads; fine when there is none. */
export function signalGroup(leader: number, signal: NodeJS.Signals): void {
  // To the system, group 1 is every process there is, and group 0 our own.
  if (!Number.isSafeInteger(leader) || leader <= 1) return
  try {
    process.kill(-leader, signal)
  } catch {
    // No process of the group is left.
  }
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null

function closeOutput(child: ChildProcess): void {
  child.stdout?.destroy()
  child.stderr?.destroy()
}
