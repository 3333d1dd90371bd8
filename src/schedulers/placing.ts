import { basename } from 'node:path'
import { fingerprint } from '../domain/fingerprint.js'
import { InstallError } from '../errors.js'
import { nameBeside, putBeside, type Standing, standingAt } from '../ports/places-taken.js'
import type { Installed } from './manifest.js'
import type { ScheduleFile, Step } from './scheduler.js'
import { attempt, commandLine, removeStep, writeStep } from './steps.js'

/** What happens to a file. `kept`: somebody's text stands there, and stays beside it. */
type Change = 'unchanged' | 'new' | 'replaced' | 'kept' | 'removed'

/** A file with what happens to it, and the steps that do it. */
export interface Placement {
  readonly path: string
  readonly change: Change
  /** Where somebody's text goes. */
  readonly beside?: string
  readonly steps: readonly Step[]
}

/** Fingerprints by path of what was written there: that of the last installation, and of one that broke off. */
export type Written = ReadonlyMap<string, readonly string[]>

/** What installations wrote down. */
export function writtenBy(schedules: readonly Installed[]): Written {
  const all = new Map<string, readonly string[]>()
  for (const { files, unfinished } of schedules) {
    for (const [path, print] of [...Object.entries(files), ...Object.entries(unfinished ?? {})]) {
      all.set(path, [...(all.get(path) ?? []), print])
    }
  }
  return all
}

/** How a file comes to stand where it belongs. Throws InstallError when its place cannot be looked at, or is masked. */
export function place(file: ScheduleFile, written: Written, now: number): Placement {
  const { path, text } = file
  const standing = look(path)
  if (isMask(standing)) throw new InstallError(masked(path))
  const write = writeStep(file)
  if (standing.kind === 'nothing') return { path, change: 'new', steps: [write] }
  if (isSame(standing, file)) return { path, change: 'unchanged', steps: [] }
  if (standing.kind === 'file' && (standing.text === text || isOurs(standing, written.get(path)))) {
    return { path, change: 'replaced', steps: [write] }
  }
  const beside = nameBeside(path, now)
  return { path, change: 'kept', beside, steps: [keepStep(path, beside), write] }
}

/** How a file that was written goes again. Undefined: it is gone. */
export function remove(path: string, written: Written, now: number): Placement | undefined {
  const standing = look(path)
  if (standing.kind === 'nothing' || isMask(standing)) return undefined
  const isUnread = standing.kind === 'something else'
  if (!isUnread && isOurs(standing, written.get(path))) return { path, change: 'removed', steps: [removeStep(path)] }
  const beside = nameBeside(path, now)
  return { path, change: 'kept', beside, steps: [keepStep(path, beside)] }
}

function look(path: string): Standing {
  try {
    return standingAt(path)
  } catch (error) {
    throw new InstallError(`${path} cannot be looked at: ${error instanceof Error ? error.message : error}`)
  }
}

/** How systemd's `mask` says that a unit may not be: writing there would write to the device. */
const isMask = (standing: Standing): boolean => standing.kind === 'link' && standing.to === '/dev/null'

const masked = (path: string): string =>
  `${path} is a link to /dev/null: the unit is masked. First type: systemctl --user unmask ${basename(path)}`

/** A link to the very text, such as one into this package, does as well. */
const isSame = (standing: Standing, { text, mode }: ScheduleFile): boolean =>
  standing.kind !== 'nothing' &&
  standing.kind !== 'something else' &&
  standing.text === text &&
  (standing.kind === 'link' || standing.mode === mode)

const isOurs = (standing: Standing, prints: readonly string[] | undefined): boolean =>
  'text' in standing && standing.text !== undefined && prints?.includes(fingerprint(standing.text)) === true

const keepStep = (path: string, beside: string): Step => ({
  says: [commandLine(['mv', path, beside])],
  take: () => attempt(`${path} cannot be renamed`, () => putBeside(path, beside)),
})
