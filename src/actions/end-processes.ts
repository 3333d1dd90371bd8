import { descendants, type ProcessTree, processTree } from '../domain/process-tree.js'
import type { Process } from '../domain/session.js'
import { sleep, ticks } from '../ports/clock.js'
import { allProcesses } from '../ports/processes.js'
import type { Performing } from './performing.js'
import { stillRuns } from './recorded-child.js'

/** How long processes are given after TERM, HUP and CONT, and again after KILL, milliseconds. */
const patience = 5000
const patienceAfterKill = 2000

/** An interactive shell ignores TERM and ends by HUP; a stopped process takes neither before it is continued. */
const askToEnd: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', 'SIGCONT']

/** Ends these processes and whatever they start meanwhile, each checked by pid and start time before each signal.
 *  Returns those that do not end. The caller has made sure that none is the check's own or above it. */
export async function endProcesses(performing: Performing, processes: readonly Process[]): Promise<readonly Process[]> {
  signalAll(processes, askToEnd)
  if (await allEnd(processes, patience)) return []
  const rest = await withDescendants(performing, processes.filter(stillRuns))
  signalAll(rest, ['SIGKILL'])
  return (await allEnd(rest, patienceAfterKill)) ? [] : rest.filter(stillRuns)
}

/** A process and everything below it; the tree is of one moment. */
export function withTree(tree: ProcessTree, { pid }: Pick<Process, 'pid'>): readonly Process[] {
  const self = tree.byPid.get(pid)
  return self ? [self, ...descendants(tree, pid)] : []
}

async function withDescendants({ town }: Performing, left: readonly Process[]): Promise<readonly Process[]> {
  const processes = await allProcesses(town.commands)
  if (!processes.known) return left
  const tree = processTree(processes.value)
  return [...new Set(left.filter(stillRuns).flatMap((process) => withTree(tree, process)))]
}

function signalAll(processes: readonly Process[], signals: readonly NodeJS.Signals[]): void {
  for (const process of processes) for (const signal of signals) if (stillRuns(process)) send(process.pid, signal)
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended by itself meanwhile.
  }
}

async function allEnd(processes: readonly Process[], limit: number): Promise<boolean> {
  const until = ticks() + limit
  for (let pause = 25; processes.some(stillRuns); pause = Math.min(2 * pause, 200)) {
    if (ticks() >= until) return false
    await sleep(pause)
  }
  return true
}
