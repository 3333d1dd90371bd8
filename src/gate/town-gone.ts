import { exitCodes } from '../exit-codes.js'
import type { ClosedGate } from '../gate.js'
import { exists } from '../ports/files.js'
import { townFile } from '../ports/folders.js'
import type { Doorstep } from '../town.js'

/** The town was moved or unmounted under this check: nothing is done where it was. */
export function townGone({ root }: Pick<Doorstep, 'root'>): ClosedGate | undefined {
  const file = townFile(root)
  if (exists(file)) return undefined
  const because = `the town is gone: there is no ${file} any more (was it moved, or unmounted?)`
  return { open: false, reason: 'config', mayLook: false, because, exitCode: exitCodes.config }
}
