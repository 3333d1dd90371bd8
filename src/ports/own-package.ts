import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The real path of the folder of this package. */
export function ownPackage(): string {
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder)
  return folder
}

/** How this program was called: the path of the command, links not followed. */
export const ownCommand = (): string | undefined => process.argv[1]

/** The real path of the node that runs this. */
export const ownNode = (): string => process.execPath
