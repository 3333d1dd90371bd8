import { existsSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import type { FakeTown } from '../fake-town.js'
import type { StageKindName } from '../stage-kind.js'

/** A moment of a check: right before its n-th program begins, from 1, or before the first whose name and words fit a shell pattern. */
export type Moment = number | string

/** Programs that a check and its children call. */
const called = ['bd', 'gt', 'tmux', 'git'] as const

/** How many of them a check of a busy town calls. */
const programsOf = { classic: 58, current: 44 } as const

/** Every so manieth moment of a check of a busy town. */
export const momentsOf = (kind: StageKindName, step: number): readonly number[] =>
  [...Array(Math.floor(programsOf[kind] / step)).keys()].map((n) => 1 + n * step)

const isIt = (program: string, moment: Moment, turns: string): string =>
  typeof moment === 'number'
    ? `[ $turn = ${moment} ]`
    : `case "${program} $*" in ${moment.replaceAll(' ', '\\ ')}) mkdir ${turns}/it 2>/dev/null ;; *) false ;; esac`

/** Has shell lines run at a moment of the checks that come. Returns whether it has come. */
export function atMoment(town: FakeTown, moment: Moment, lines: string): () => boolean {
  const turns = mkdtempSync(join(town.stage, 'turns-'))
  const count = `turn=1\nwhile ! mkdir ${turns}/$turn 2>/dev/null; do turn=$((turn + 1)); done\n`
  for (const program of called) {
    const event = `mkdir ${turns}/come\n${lines}\n`
    town.programs.spoil(program, `${count}if ${isIt(program, moment, turns)}; then\n${event}fi\n`)
  }
  return () => existsSync(join(turns, 'come'))
}

/** Nothing happens any more. Who still counts goes on in a folder that stays. */
export function calm(town: FakeTown): void {
  for (const program of called) town.programs.mend(program)
}
