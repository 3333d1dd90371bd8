import * as fc from 'fast-check'
import { hostileWord, wellFormed } from './hostile-words.js'

/** What people and schedulers type; none of them changes anything outside the town. */
const usual: readonly (readonly string[])[] = [
  ['--once', '--json'],
  ['--once', '--json'],
  ['--lifecycle', '--json'],
  ['--once'],
  ['--once', '-v'],
  ['--once', '--dry-run', '--json', '-v'],
  ['--once', '--if-due', '--quiet'],
  ['status'],
  ['status', '--json'],
  ['history'],
  ['history', '--json', '-n', '3'],
  ['doctor'],
  ['doctor', '--json'],
  ['down', 'gastown'],
  ['up', 'town'],
  ['report-failure', '--dry-run'],
  ['rearm', '--dry-run'],
  ['--help'],
]

/** Words that a shell would hand over: without a NUL in them. */
const typed = hostileWord.map((word) => wellFormed(word.replaceAll('\0', '')).slice(0, 500))

const mixed = fc
  .tuple(fc.constantFrom(...usual), fc.array(fc.tuple(fc.nat(3), typed), { minLength: 1, maxLength: 3 }))
  .map(([words, others]) => others.reduce((all, [at, other]) => all.toSpliced(at % (all.length + 1), 0, other), words))

const whom = fc.tuple(fc.constantFrom('down', 'up'), typed).map((words): readonly string[] => words)

/** Command lines: as they should be, with words in them that should not, and with those alone. */
export const commandLines: fc.Arbitrary<readonly string[]> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...usual) },
  { weight: 3, arbitrary: mixed },
  { weight: 1, arbitrary: whom },
  { weight: 1, arbitrary: fc.array(typed, { maxLength: 4 }) },
)

/** Names of folders that are words of a shell, of tmux's formats or of a terminal. */
export const hostileFolders: readonly string[] = [
  '$(pwned)',
  '#(pwned)',
  "t'own;pwned;",
  '-t"x y',
  't\u001b[31m',
  'tö💥\u202e',
  '`pwned`',
  'a=b',
  '{a,b}',
  '%p',
  'a\\b',
  '~',
  'x:y',
]

/** Names that the folder of a town may have. */
export const townNames: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constant('town') },
  { weight: 1, arbitrary: fc.constantFrom(...hostileFolders) },
)
