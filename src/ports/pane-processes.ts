import { cannotTell, type Known, known } from '../domain/known.js'
import type { Process } from '../domain/session.js'
import type { Commands } from './command.js'
import { readProcesses } from './proc.js'
import { allProcesses, processOf } from './processes.js'

/** So few are asked for one by one. */
const few = 8

/** The processes of these pids; `whole`: with everything that runs below them. macOS has only the one way to tell: all of them by one `ps`. */
export async function paneProcesses(
  commands: Commands,
  { pids, whole }: { readonly pids: readonly number[]; readonly whole: boolean },
): Promise<Known<readonly Process[]>> {
  if (pids.length === 0) return known([])
  if (whole || process.platform === 'darwin') return allProcesses(commands)
  try {
    return known(pids.length > few ? readProcesses(pids) : pids.map(processOf).filter((found) => found !== undefined))
  } catch (error) {
    return cannotTell(`the processes in the panes: ${error instanceof Error ? error.message : error}`)
  }
}
