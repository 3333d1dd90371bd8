import { cannotTell, type Known, known, mapKnown } from '../domain/known.js'
import { readText } from '../ports/files.js'
import { assignmentsIn } from './assignments.js'
import type { Machine } from './scheduler.js'
import { type Properties, showEnvironment, showUnits } from './systemd-show.js'

type Environment = Readonly<Record<string, string>>

/** What a unit is started with: the manager's own variables, over them those of the unit and its drop-ins, over them those of its files. */
export async function unitEnvironment(unit: string, machine: Machine): Promise<Known<Environment>> {
  const [manager, units] = await Promise.all([showEnvironment(machine), showUnits(machine, [unit])])
  if (!manager.known) return manager
  if (!units.known) return units
  return environmentIn(units.value.get(unit) ?? {}, manager.value)
}

/** The same of a unit that was shown. */
export function environmentIn(
  { Environment = '', EnvironmentFiles = '' }: Properties,
  manager: Environment,
): Known<Environment> {
  const files = pathsIn(EnvironmentFiles).map(readVariables)
  const unread = files.find((file) => !file.known)
  if (unread !== undefined && !unread.known) return cannotTell(unread.why)
  return known(Object.assign({}, manager, wordsIn(Environment), ...files.map((file) => (file.known ? file.value : {}))))
}

/** `/path (ignore_errors=yes)`, one a line. */
const pathsIn = (list: string): readonly string[] =>
  list.split('\n').flatMap((line) => (line === '' ? [] : [line.replace(/ \(ignore_errors=\w+\)$/, '')]))

const readVariables = (path: string): Known<Environment> =>
  mapKnown(readText(path), (text) => assignmentsIn(text ?? ''))

const word = /"((?:\\[\s\S]|[^"\\])*)"|(\S+)/g

/** Words such as `A=1 "B=2 3"`. */
function wordsIn(text: string): Environment {
  const words = [...text.matchAll(word)].map(([, quoted, bare = '']) => quoted?.replace(/\\([\s\S])/g, '$1') ?? bare)
  return Object.fromEntries(words.map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]))
}
