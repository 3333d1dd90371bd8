import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A check or a pass over requests by a unit. Times are epoch ms; one that was killed has no end. */
export interface Ran {
  readonly words: string
  readonly began: number
  readonly ended: number | undefined
  readonly exitCode: number | undefined
}

/** What stands between the units and the program, as a shell script: it writes each run down, makes the next one as slow as `dawdle`
 *  says, has one that finds `tarry` end only when `tarries` is gone, and has each check due again as soon as `hurry` says. */
export const between = (folder: string, real: string): string => `#!/bin/sh
now() { date +%s%3N; }
echo "began $$ $(now) $*" >>'${folder}/ran'
if [ -s '${folder}/dawdle' ]; then read -r seconds <'${folder}/dawdle'; rm '${folder}/dawdle'; sleep "$seconds"; fi
'${real}' "$@"
code=$?
if [ -e '${folder}/tarry' ]; then
  mv '${folder}/tarry' '${folder}/tarries'
  while [ -e '${folder}/tarries' ]; do sleep 0.05; done
fi
if [ -s '${folder}/hurry' ] && [ "$1" = --once ]; then
  read -r seconds <'${folder}/hurry'
  last=$(date +%s)
  echo "$last $((last + seconds)) $((last + seconds))" >'${folder}/next'
  mv '${folder}/next' '${folder}/home/gt/daemon/heartbeat/next'
fi
echo "ended $$ $(now) $code" >>'${folder}/ran'
exit $code
`

/** What it wrote down, in order. */
export function ranIn(folder: string): readonly Ran[] {
  const path = join(folder, 'ran')
  const lines = existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : []
  const all = lines.map((line) => line.split(' '))
  return all
    .filter(([what, , , verb]) => what === 'began' && verb?.startsWith('--'))
    .map(([, pid, began, ...words]) => {
      const end = all.find(([what, its, at]) => what === 'ended' && its === pid && Number(at) >= Number(began))
      const [ended, exitCode] = end ? [Number(end[2]), Number(end[3])] : [undefined, undefined]
      return { words: words.join(' '), began: Number(began), ended, exitCode }
    })
}
