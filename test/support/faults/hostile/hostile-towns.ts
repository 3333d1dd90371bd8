import * as fc from 'fast-check'
import type { HostileTown } from './hostile-town.js'
import { hostileFileName, hostileWord, wellFormed } from './hostile-words.js'
import { mutatedText } from './mutations.js'
import { ordinaryTowns } from './ordinary-town.js'

/** A part of a town that is not as it should be. */
export type Part = Partial<Record<'files' | 'answers' | 'refusals' | 'env', Readonly<Record<string, string | null>>>> &
  Partial<Pick<HostileTown, 'folders'>>

/** Several in one town, and most of it ordinary: a check must get as far as it does in a real one. */
const usual = 4

function parts({ files, answers }: HostileTown): fc.Arbitrary<Part> {
  const changedFiles = Object.entries(files).map(([path, text]) => ({
    weight: weightOf(path),
    arbitrary: fc
      .oneof({ weight: 9, arbitrary: mutatedText(text ?? '') }, { weight: 1, arbitrary: fc.constant(null) })
      .map((other): Part => ({ files: { [path]: other } })),
  }))
  const changedAnswers = Object.entries(answers).map(([question, text]) =>
    mutatedText(text).map((other): Part => ({ answers: { [question]: other } })),
  )
  const refusals = Object.keys(answers).map((question) =>
    hostileWord.map((word): Part => ({ refusals: { [question]: `Error: ${word}\n` } })),
  )
  return fc.oneof(
    { weight: 8, arbitrary: fc.oneof(...changedFiles) },
    { weight: 8, arbitrary: fc.oneof(...changedAnswers) },
    { weight: 1, arbitrary: fc.oneof(...refusals) },
    { weight: 2, arbitrary: newFolder },
    { weight: 1, arbitrary: newVariable },
  )
}

/** Files out of which most is made. */
const weights: readonly (readonly [RegExp, number])[] = [
  [/ledger\.json$/, 16],
  [/(rigs|pending|state|heartbeat\.config|town)\.json$|routes\.jsonl$|history\.jsonl$/, 5],
  [/\.json$|heartbeat\/next$/, 2],
]
const weightOf = (path: string): number => weights.find(([pattern]) => pattern.test(path))?.[1] ?? 1

const places = [
  'gastown/polecats',
  'gastown/crew',
  'reef/polecats',
  'daemon/heartbeat/stand-down',
  'daemon/requests',
  '.',
]
const newFolder = fc
  .tuple(fc.constantFrom(...places), hostileFileName)
  .map(([place, name]): Part => ({ folders: [`${place}/${name}`] }))

const variables = [
  'USER',
  'LANG',
  'LC_ALL',
  'TERM',
  'GT_ROLE',
  'GT_RIG',
  'BD_ACTOR',
  'BEADS_DIR',
  'TMUX',
  'NODE_OPTIONS',
  'GT_HEARTBEAT_TRIGGER',
  'GT_TMUX_SOCKET',
  'GT_DOLT_PORT',
  'CLAUDECODE',
  'INVOCATION_ID',
  'ANTHROPIC_API_KEY',
]
const newVariable = fc
  .tuple(fc.constantFrom(...variables), hostileWord)
  .map(([name, word]): Part => ({ env: { [name]: wellFormed(word.replaceAll('\0', '').replaceAll('/', '_')) } }))

/** A town with other parts; of two that are about the same, the last counts. */
export function joined(base: HostileTown, all: readonly Part[]): HostileTown {
  const merged = (key: 'files' | 'answers' | 'refusals' | 'env') =>
    Object.fromEntries([base, ...all].flatMap((part) => Object.entries(part[key] ?? {})))
  return {
    ...base,
    files: merged('files'),
    answers: texts(merged('answers')),
    refusals: texts(merged('refusals')),
    env: texts(merged('env')),
    folders: [base, ...all].flatMap(({ folders = [] }) => folders),
  }
}

const texts = (record: Readonly<Record<string, string | null>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(record).flatMap(([key, text]) => (text === null ? [] : [[key, text]])))

const ofKind = (base: HostileTown): fc.Arbitrary<HostileTown> =>
  fc.array(parts(base), { minLength: 1, maxLength: usual }).map((all) => joined(base, all))

/** Towns of both kinds with hostile files, folders, answers and variables in them. */
export const hostileTowns: fc.Arbitrary<HostileTown> = fc.oneof(
  ofKind(ordinaryTowns.classic),
  ofKind(ordinaryTowns.current),
)
