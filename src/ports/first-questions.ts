import { join, normalize } from 'node:path'
import { isRecord } from '../domain/record.js'
import { modifiedAt, readJson } from './files.js'
import { isAsItWasAt } from './own-configuration.js'

/** A question that a check put to bd before all others. */
export interface FirstQuestion {
  readonly args: readonly string[]
  readonly cwd: string
  /** What its environment has besides what every child of ours is given. */
  readonly with: Readonly<Record<string, string>>
}

/** Where a check writes down what it asked first. */
export const firstQuestionsFile = (root: string): string => join(root, 'daemon/heartbeat/first-questions.json')

/** More are not begun ahead: the check itself begins the others. */
const most = 16

/** What the last check in a town asked first; nothing where anything there could do more than list issues of that town. Looked at by hand, since
 *  zod takes longer to load than all else that is done here. `root`: the town's real path. */
export function readFirstQuestions(root: string): readonly FirstQuestion[] {
  const found = readJson(firstQuestionsFile(root))
  const list = found.known && isRecord(found.value) ? found.value['questions'] : undefined
  return Array.isArray(list) && list.every((one) => isFirstQuestion(one, root)) ? list.slice(0, most) : []
}

/** Whether they were written down under the configuration as it is now. */
export const areOfThisConfiguration = (root: string): boolean =>
  isAsItWasAt(root, modifiedAt(firstQuestionsFile(root)) ?? 0)

function isFirstQuestion(found: unknown, root: string): found is FirstQuestion {
  if (!isRecord(found)) return false
  const { args, cwd, with: more } = found
  return isList(args) && isWithin(root, cwd) && isRecord(more) && Object.entries(more).every(isOfPrograms)
}

const isList = (args: unknown): boolean =>
  Array.isArray(args) && args.every(isText) && args[0] === '--readonly' && args[1] === 'list'

const isWithin = (root: string, cwd: unknown): boolean =>
  isText(cwd) && normalize(cwd) === cwd && (cwd === root || cwd.startsWith(`${root}/`))

const isOfPrograms = ([name, value]: readonly [string, unknown]): boolean =>
  isText(value) && /^(GT|BD|BEADS)_[A-Z_]+$/.test(name)

const isText = (value: unknown): value is string => typeof value === 'string'
