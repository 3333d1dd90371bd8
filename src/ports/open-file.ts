import { closeSync, constants, fstatSync, lstatSync, openSync, type Stats, statSync } from 'node:fs'

const { O_NOFOLLOW, O_NONBLOCK } = constants

/** Something other than a file stands at a path. The message is one line with that path. */
export class NotAFile extends Error {
  override readonly name = 'NotAFile'
  /** The call that would have failed, as in the errors of the system itself. */
  readonly syscall = 'open'

  constructor(path: string, found: Stats) {
    super(`${path} is ${kindOf(found)}, not a file`)
  }
}

/** Opens a file and never waits for it. Throws NotAFile for everything else: opening a FIFO waits for another process, and a device may
 *  act on being opened. */
export function openFile(path: string, flags: number, mode?: number): number {
  demandFile(path, (flags & O_NOFOLLOW) === 0)
  // What stands there by now may be something else.
  const file = openSync(path, flags | O_NONBLOCK, mode)
  const found = fstatSync(file)
  if (found.isFile()) return file
  closeSync(file)
  throw new NotAFile(path, found)
}

/** Throws NotAFile when something other than a file stands at a path; nothing at all may stand there. A link that is not followed passes,
 *  since it cannot be opened. */
export function demandFile(path: string, followLinks = true): void {
  const found = (followLinks ? statSync : lstatSync)(path, { throwIfNoEntry: false })
  if (found && !found.isFile() && !found.isSymbolicLink()) throw new NotAFile(path, found)
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a folder'
  if (found.isFIFO()) return 'a FIFO'
  if (found.isSocket()) return 'a socket'
  return 'a device'
}
