import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { FakeTown } from '../fake-town.js'
import type { StageKindName } from '../stage-kind.js'
import type { Misbehaviour } from './misbehaviours.js'
import type { Pace } from './pace.js'

/** A child of a check in a busy town. */
export interface Child {
  readonly says: string
  readonly kind: StageKindName
  readonly program: string
  /** A shell pattern of its folder and words, as `folder: words`. */
  readonly words: string
  /** Deeds that cannot be done without it. */
  readonly needed?: RegExp
  /** It changes something: whether it did may be seen by the next check only. */
  readonly isDeed?: true
  /** Where it pretends in such a way it is believed: nothing shows that it did not do what it was told. */
  readonly believed?: RegExp
  /** What a check that does without it exits with at best. */
  readonly without: 0 | 3 | 'a failure'
  prepare?(town: FakeTown, settings: Pace['settings']): void
}

/** Shell lines for calls of that folder and those words only. */
export const at = (words: string, lines: string): string =>
  `case "$PWD: $*" in ${words.replaceAll(' ', '\\ ')})\n${lines};;\nesac\n`

/** The same lines, and `hasMet` knows whether they ran. */
export const noted = (lines: string): string => `: >"$stage/met"\n${lines}`

/** From now on the child misbehaves. */
export function spoil(town: FakeTown, { program, words }: Child, { lines }: Misbehaviour): void {
  town.programs.spoil(program, at(words, noted(lines)))
}

/** Whether a check has called it. */
export const hasMet = ({ stage }: FakeTown): boolean => existsSync(join(stage, 'met'))

/** The programs behave again. */
export const mend = (town: FakeTown, { program }: Child): void => {
  for (const name of [program, 'bd']) town.programs.mend(name)
}
