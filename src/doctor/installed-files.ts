import { dirname } from 'node:path'
import { fingerprint } from '../domain/fingerprint.js'
import { readText } from '../ports/files.js'
import type { InPlace } from '../schedulers/in-place.js'
import { type Installed, settingsFolder } from '../schedulers/manifest.js'
import type { Ailment, Machine, ScheduleFile } from '../schedulers/scheduler.js'
import { version } from '../version.js'
import { error, warning } from './patient.js'

/** What the files of a schedule are held against. */
interface Standard {
  readonly machine: Machine
  /** As this version would write them. */
  readonly expected: readonly ScheduleFile[]
}

/** Whether the files of a schedule are as they were installed, and as this version would install them. */
export function installedFiles({ installed }: InPlace, { machine, expected }: Standard): readonly Ailment[] {
  const generated = settingsFolder(machine.configHome)
  const shipped = expected.filter(({ path }) => dirname(path) !== generated)
  return [
    ...(installed === undefined ? [] : installation(installed)),
    ...shipped.flatMap((file) => unitFile(file, installed)),
    ...Object.entries(installed?.files ?? {})
      .filter(([path]) => !shipped.some((file) => file.path === path))
      .flatMap(([path, print]) => generatedFile(path, print)),
  ]
}

const install = 'gt-heartbeat install'

function installation({ unfinished, files, version: theirs }: Installed): readonly Ailment[] {
  const missing = Object.keys(files).filter((path) => isNothing(readText(path)))
  const age = `the schedule was installed by ${theirs}, and this is ${version}`
  return [
    ...(unfinished === undefined ? [] : [error('install-unfinished', 'the last installation broke off', install)]),
    ...(missing.length === 0 ? [] : [error('file-missing', `not there any more: ${missing.join(', ')}`, install)]),
    ...(theirs === version ? [] : [warning('other-version', age, install)]),
  ]
}

type Text = ReturnType<typeof readText>

const isNothing = (text: Text): boolean => text.known && text.value === null

/** A missing one is said by its scheduler, or by the list of what was installed. */
function unitFile({ path, text }: ScheduleFile, installed: Installed | undefined): readonly Ailment[] {
  const found = readText(path)
  if (!found.known) return [error('file-unreadable', found.why, install)]
  if (found.value === null || found.value === text) return []
  const isOurs = installed?.files[path] === fingerprint(found.value)
  if (isOurs && installed?.version !== version) return []
  const because = isOurs
    ? 'is older than this package'
    : 'was edited, or comes from elsewhere; install keeps that beside'
  return [warning('unit-differs', `${path} ${because}`, install)]
}

function generatedFile(path: string, print: string): readonly Ailment[] {
  const found = readText(path)
  if (!found.known) return [error('file-unreadable', found.why, install)]
  if (found.value === null || fingerprint(found.value) === print) return []
  const because = `${path} was edited since it was installed; install keeps that beside`
  return [warning(isUnit(path) ? 'unit-differs' : 'file-differs', because, install)]
}

const isUnit = (path: string): boolean => /\.(service|timer|path|conf|plist)$/.test(path)
