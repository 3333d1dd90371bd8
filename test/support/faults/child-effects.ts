import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FakeTown } from '../fake-town.js'
import type { KillPoint } from './kill-points.js'

/** Calls of a check's children, and of theirs, that change something: shell patterns of their words. */
const changing = {
  bd: '*update*|*close*|*sync*',
  gt: '*delete*|*send*|*start*',
  git: 'fetch*|pull*|rebase*',
  tmux: '*new-session*|*kill-session*|*set-option*|*set-hook*|*send-keys*|*copy-mode*|*run-shell*',
  'systemd-run': '*',
} as const

/** What may run long; tmux answers at once. */
const mayBeLate = new Set(['bd', 'gt', 'git'])

const kill = 'kill -KILL "$(cat "$stage/check")"'

const deeds: Readonly<Record<KillPoint['when'], string>> = {
  before: `${kill}\nexit 1`,
  half: ':',
  after: `work "$@"\n${kill}\nexit 0`,
  late: `${kill}\nuntil [ -e "$stage/late" ]; do sleep 0.05; done\nwork "$@"\nexit`,
}

/** Words that are the same in every town, whatever its folder, its socket and the time. */
const sameWords = `sed "s|$stage||g; s/town-[0-9a-f]\\{6\\}/town/g; s/[0-9]\\{1,\\}/N/g"`

const lines = (program: string, pattern: string, point: KillPoint | undefined): string => `case "$*" in ${pattern})
key=$(printf '%s ' ${program} "$@" | ${sameWords} | cksum | tr ' ' -)
n=1
until mkdir "$stage/effects/$key-$n" 2>/dev/null; do n=$((n + 1)); done
printf '%s ' ${program} "$@" >"$stage/effects/$key-$n/words"
${point ? `if [ "$key-$n" = ${point.id} ]; then\n${deeds[point.when]}\nfi` : ''}
;;
esac
`

/** From now on each child that changes something is counted; at the point, where one is given, the check is killed. */
export function watchChildren(town: FakeTown, point?: KillPoint): void {
  mkdirSync(join(town.stage, 'effects'))
  for (const [program, pattern] of Object.entries(changing)) {
    town.programs.spoil(program, lines(program, pattern, point?.of === 'child' ? point : undefined))
  }
}

/** They do their work uncounted again. */
export function watchNoMore(town: FakeTown): void {
  for (const program of Object.keys(changing)) town.programs.mend(program)
}

/** Writes down whom the children shall kill. */
export const nameTheCheck = (town: FakeTown, pid: number): void => writeFileSync(join(town.stage, 'check'), String(pid))

/** Children that were held up do their work now. */
export const letLateOnesWork = (town: FakeTown): void => writeFileSync(join(town.stage, 'late'), '')

/** Every child of a counted check that changed something, as points before and after it, and with the child late. */
export function childPoints(town: FakeTown): readonly KillPoint[] {
  const folder = join(town.stage, 'effects')
  const effects = readdirSync(folder).map((id) => ({
    id,
    at: statSync(join(folder, id), { bigint: true }).mtimeNs,
    what: readFileSync(join(folder, id, 'words'), 'utf8').trim(),
  }))
  return effects
    .sort((one, other) => Number(one.at - other.at))
    .flatMap(({ id, what }) => {
      const [program = ''] = what.split(' ')
      const moments = mayBeLate.has(program) ? (['before', 'after', 'late'] as const) : (['before', 'after'] as const)
      return moments.map((when) => ({ of: 'child', id, when, what }) as const)
    })
}
