import { join } from 'node:path'
import { exists, readText } from '../ports/files.js'
import type { Ailment } from '../schedulers/scheduler.js'
import { shown } from '../schedulers/steps.js'
import { type Patient, warning } from './patient.js'

/** Whether bd's own daemon starts in each of the town's databases, where it has one: where it cannot, every bd call of an agent waits 5 s for it. */
export async function bdDaemon({ place, dialect, rigs }: Patient): Promise<readonly Ailment[]> {
  return (dialect.bdDaemons?.(place.root, rigs) ?? []).flatMap(inDatabase)
}

function inDatabase(folder: string): readonly Ailment[] {
  const store = join(folder, '.beads')
  const why = whyNot(store)
  if (why === undefined) return []
  const because = `bd's daemon cannot start in ${store}, so each bd call of an agent waits 5 s for it: ${why}`
  const cure = /fingerprint/.test(why) ? 'bd migrate --update-repo-id' : 'bd doctor'
  return [warning('bd-daemon', because, `cd ${shown(folder)} && ${cure}`)]
}

/** What it wrote down of its last start, when that failed: a file of its own, or an error as the last line of its log. */
function whyNot(store: string): string | undefined {
  const crash = lines(join(store, 'daemon-error')).at(0)
  if (crash !== undefined) return crash
  const last = lines(join(store, 'daemon.log')).at(-1) ?? ''
  const isThere = exists(join(store, 'bd.sock'))
  if (isThere || !/\blevel=ERROR\b/.test(last)) return undefined
  return /\bmsg="((?:\\.|[^"\\])*)"/.exec(last)?.[1] ?? last
}

function lines(path: string): readonly string[] {
  const text = readText(path)
  return text.known ? (text.value ?? '').split('\n').filter((line) => line.trim() !== '') : []
}
