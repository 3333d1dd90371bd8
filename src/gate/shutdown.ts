import { join } from 'node:path'
import { exitCodes } from '../exit-codes.js'
import type { ClosedGate } from '../gate.js'
import { exists, readText } from '../ports/files.js'
import { isFlocked, whyHeld } from '../ports/lock.js'
import { processOf } from '../ports/processes.js'
import type { Doorstep } from '../town.js'

/** Somebody is taking the town down right now. */
export async function shutdown({ root, commands }: Doorstep): Promise<ClosedGate | undefined> {
  const lock = join(root, 'daemon/shutdown.lock')
  const who = goingDown(join(root, 'daemon/shutting-down'))
  if (who !== undefined) return closed('shutdown', `the town is being shut down: ${who}`)
  return (await isFlocked(lock, commands))
    ? closed('shutdown', `the town is being shut down: ${whyHeld(lock)}`)
    : undefined
}

/** The whole town was stopped in an emergency. */
export function emergencyStop({ root }: Doorstep): ClosedGate | undefined {
  const file = join(root, 'ESTOP')
  return exists(file)
    ? closed('estop', `emergency stop: ${file} is there; nothing is done until it is removed`)
    : undefined
}

/** Why nothing may be started or ended in a rig that was stopped in an emergency. */
export function rigStop(root: string, rig: string): string | undefined {
  const file = join(root, `ESTOP.${rig}`)
  return exists(file) ? `emergency stop of ${rig}: ${file} is there` : undefined
}

const closed = (reason: 'shutdown' | 'estop', because: string): ClosedGate => ({
  open: false,
  reason,
  mayLook: true,
  because,
  exitCode: exitCodes.ok,
})

/** Who wrote the mark of a shutdown and still lives; a mark that names nobody counts, one whose writer is gone does not. */
function goingDown(path: string): string | undefined {
  const text = readText(path)
  if (!text.known) return text.why
  if (text.value === null) return undefined
  const pid = /^\s*(\d{1,10})\b/.exec(text.value)?.[1]
  if (pid === undefined) return `${path} names no process: remove it when nobody is`
  try {
    const found = processOf(Number(pid))
    return found === undefined || found.state === 'Z' ? undefined : `pid ${pid} of ${path} is at it`
  } catch {
    return `nobody can tell whether process ${pid} of ${path} lives`
  }
}
