import type { Process } from './session.js'

/** Processes of one moment, made ready to be asked by pid and by parent. */
export interface ProcessTree {
  readonly byPid: ReadonlyMap<number, Process>
  readonly children: ReadonlyMap<number, readonly Process[]>
}

/** Processes as a tree; all of the machine's, or only those that somebody wants to know about. */
export function processTree(processes: readonly Process[]): ProcessTree {
  const children = new Map<number, Process[]>()
  for (const process of processes) {
    const siblings = children.get(process.parent)
    if (siblings) siblings.push(process)
    else children.set(process.parent, [process])
  }
  return { byPid: new Map(processes.map((process) => [process.pid, process])), children }
}

/** Everything below a process that is there, the nearest first; it is not in it itself. */
export function descendants({ children }: ProcessTree, pid: number): readonly Process[] {
  const found = new Set(children.get(pid) ?? [])
  // A set hands out what is added to it while it is walked.
  for (const process of found) for (const child of children.get(process.pid) ?? []) found.add(child)
  return [...found]
}

/** Every other process on the terminal of this one: the foreground group is one terminal's alone. */
export function onTerminalOf({ byPid }: ProcessTree, { pid, foreground }: Process): readonly Process[] {
  if (foreground < 1) return []
  return [...byPid.values()].filter((other) => other.foreground === foreground && other.pid !== pid)
}

/** A process and everything above it, as far as `find` knows; for the running check: in whose pane it may stand. */
export function ancestry(pid: number, find: (pid: number) => Process | undefined): ReadonlySet<number> {
  const line = new Set([pid])
  for (let parent = find(pid)?.parent; parent && !line.has(parent); parent = find(parent)?.parent) line.add(parent)
  return line
}
