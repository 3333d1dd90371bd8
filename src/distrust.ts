import { join } from 'node:path'
import type { Complaint } from './errors.js'
import { type Ownership, ownershipBehind, ownershipOf, thisUserId } from './ports/ownership.js'

/** What makes a folder a town. */
const ofTheTown = ['', 'mayor', 'mayor/town.json']
/** Where checks write. */
const folders = ['daemon', 'daemon/heartbeat', 'daemon/heartbeat/stand-down']
const files = [
  ...['daemon/daemon.log', 'daemon/state.json', 'daemon/next-interval'],
  ...['lock', 'ledger.json', 'history.jsonl', 'town.json', 'next', 'failures.json', 'first-questions.json'].map(
    (it) => `daemon/heartbeat/${it}`,
  ),
]

/** Why nothing in a town may be believed, run or written: it is somebody else's, everybody may write there, or links lead out of where
 *  checks write. All at once; `root`: its real path. */
export function distrust(root: string): readonly Complaint[] {
  const town = ofTheTown.flatMap((path) =>
    complaint(join(root, path), ownershipBehind, ({ uid, openToAll }) =>
      isOurs(uid) ? whenOpen(openToAll, join(root, path)) : path === '' ? foreignTown(uid) : foreign(uid),
    ),
  )
  // Of somebody else's town one word is enough.
  if (town.length > 0) return town.slice(0, 1)
  const ours = (paths: readonly string[], kind: Ownership['kind']) =>
    paths.flatMap((path) =>
      complaint(join(root, path), ownershipOf, (found) => wrongWith(found, kind, join(root, path))),
    )
  return [...ours(folders, 'folder'), ...ours(files, 'file')]
}

/** Why a configuration is not to be followed, since it names programs to be run: somebody else wrote it, or may. */
export function distrustOf(config: string): string | undefined {
  const [one] = complaint(config, ownershipBehind, ({ uid, openToAll }) =>
    isOurs(uid) || uid === 0 ? whenOpen(openToAll, config) : foreign(uid),
  )
  return one?.what
}

function complaint(
  file: string,
  look: (path: string) => Ownership | undefined,
  judge: (found: Ownership) => string | undefined,
): readonly Complaint[] {
  const found = seen(file, look)
  const what = found && judge(found)
  return what === undefined ? [] : [{ file, key: '', what }]
}

/** What cannot be looked at is complained of by whoever reads it. */
function seen(path: string, look: (path: string) => Ownership | undefined): Ownership | undefined {
  try {
    return look(path)
  } catch {
    return undefined
  }
}

function wrongWith({ kind, uid, openToAll }: Ownership, wanted: Ownership['kind'], path: string): string | undefined {
  if (kind === 'link')
    return `is a link, and no link is followed there: put the ${wanted} itself in its place, or remove it`
  if (!isOurs(uid)) return foreign(uid)
  // A file of ours is closed again when it is written.
  return whenOpen(openToAll && wanted === 'folder', path)
}

const isOurs = (uid: number): boolean => thisUserId() === undefined || uid === thisUserId()

const whenOpen = (openToAll: boolean, path: string): string | undefined =>
  openToAll ? `everybody on this machine may write there: chmod o-w ${path}` : undefined

const whose = (uid: number): string => `belongs to the user with the id ${uid}, and this runs as ${thisUserId()}`

const foreignTown = (uid: number): string => `${whose(uid)}: run it as its owner (sudo -u '#${uid}' -i gt-heartbeat …)`

const foreign = (uid: number): string => `${whose(uid)}: have it given to you (chown), or move it away`
