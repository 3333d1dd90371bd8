import { cannotTell, type Known, known } from '../domain/known.js'
import type { Process } from '../domain/session.js'
import type { Commands } from './command.js'
import { readProcess, readProcesses } from './proc.js'
import { askPs, processesOf, psColumns, psEnvironment } from './ps.js'

const macOS = process.platform === 'darwin'
const deadline = 5000

/** Every process of the machine: /proc on Linux, one `ps` on macOS. */
export async function allProcesses(commands: Commands): Promise<Known<readonly Process[]>> {
  if (macOS) return fromPs(commands)
  try {
    return known(readProcesses())
  } catch (error) {
    return cannotTell(`the processes of this machine: ${error instanceof Error ? error.message : error}`)
  }
}

/** macOS: every process, its environment behind the words of its command line. */
export const processesAndEnvironments = (commands: Commands): Promise<Known<readonly Process[]>> =>
  fromPs(commands, '-axE')

/** Every process of the machine, with what `surroundingsOf` needs. */
export const shownProcesses = (commands: Commands): Promise<Known<readonly Process[]>> =>
  macOS ? processesAndEnvironments(commands) : allProcesses(commands)

async function fromPs(commands: Commands, whose = '-ax'): Promise<Known<readonly Process[]>> {
  const asked = { program: 'ps', args: [whose, ...psColumns], cwd: '/', env: psEnvironment, deadline }
  const result = await commands.run(asked)
  if (!result.ok) return cannotTell(result.failure)
  const processes = processesOf(result.stdout)
  return processes.length > 0 ? known(processes) : cannotTell('ps printed no process')
}

/** One process, or undefined when there is none (a zombie counts as there, state Z). Throws when it cannot be told. */
export function processOf(pid: number): Process | undefined {
  return macOS ? askPs(pid) : readProcess(pid)
}

/** When a process started, as the kernel writes it; undefined where it cannot be told. `before`: as it was told before, for macOS, where
 *  each such question is a program. */
export function startOf(pid: number, before: string | undefined): string | undefined {
  try {
    return (macOS && before) || processOf(pid)?.startTime
  } catch {
    return before
  }
}

/** Whether exactly this process (`<pid>@<start time>`) may run; yes where nobody can tell so soon. */
export function mayRun(identity: string): boolean {
  try {
    return macOS || readProcess(Number.parseInt(identity, 10))?.startTime === identity.slice(identity.indexOf('@') + 1)
  } catch {
    return true
  }
}

/** `process` and everything below it, itself first. */
export function treeBelow(processes: readonly Process[], pid: number): readonly Process[] {
  const children = new Map<number, Process[]>()
  for (const process of processes) children.set(process.parent, [...(children.get(process.parent) ?? []), process])
  const found = new Set(processes.filter((process) => process.pid === pid))
  for (const process of found) for (const child of children.get(process.pid) ?? []) found.add(child)
  return [...found]
}
