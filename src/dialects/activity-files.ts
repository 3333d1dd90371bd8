import { join } from 'node:path'
import type { ActivitySample } from '../domain/activity.js'
import { modifiedAt, namesIn, readJson } from '../ports/files.js'
import type { Environment } from './dialect.js'

/** Where gt notes its calls in a classic town: in the town, and in those that the environment names. */
export function classicActivityFiles(root: string, env: Environment = {}): readonly string[] {
  const towns = [root, env['GT_TOWN_ROOT'], env['HOME'] && join(env['HOME'], 'gt')]
  const named = towns.filter((town) => town?.startsWith('/'))
  return [...new Set(named.map((town) => join(town ?? '', 'daemon', 'activity.json')))]
}

/** The log of events of a current town, and the heartbeats of its agents: gt writes one of them in nearly every command. */
function currentActivityFiles(root: string): readonly string[] {
  const folder = join(root, '.runtime', 'heartbeats')
  const names = namesIn(folder)
  const heartbeats = names.known ? (names.value ?? []).filter((name) => name.endsWith('.json')) : []
  return [join(root, '.events.jsonl'), ...heartbeats.map((name) => join(folder, name))]
}

/** The files that tell of activity in a town of any kind: the helper, which knows no kinds, goes by the same. */
export const activityFilesOf = (root: string, env: Environment): readonly string[] => [
  ...new Set([...classicActivityFiles(root, env), ...currentActivityFiles(root)]),
]

/** Reads the activity files of a town of any kind. Before the first child of a run: bd and gt leave their traces in them, too. */
export function sampleActivity(root: string, env: Environment, at: number): ActivitySample {
  const notes = classicActivityFiles(root, env).flatMap((path) => {
    const writtenAt = modifiedAt(path)
    return writtenAt === undefined ? [] : [{ content: readJson(path), writtenAt }]
  })
  return { at, notes, writtenAt: currentActivityFiles(root).flatMap((path) => modifiedAt(path) ?? []) }
}
