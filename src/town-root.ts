import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { distrust } from './distrust.js'
import { isRecord } from './domain/record.js'
import { ConfigError } from './errors.js'
import { exists, readJson } from './ports/files.js'
import { townFile } from './ports/folders.js'
import { realPath } from './ports/places.js'

/** Where a town is looked for. */
export interface Around {
  readonly town?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
}

/** The real path of the town: what --town names, else $GT_TOWN_ROOT, else the nearest parent of `cwd` with a town in it, else ~/gt. */
export function townRoot({ town, env, cwd }: Around): string {
  if (town !== undefined) return townAt(resolve(cwd, town), '--town')
  const named = env['GT_TOWN_ROOT']
  const above = nearestTown(cwd)
  if (named === undefined || named === '') return above ?? townAt(join(env['HOME'] || homedir(), 'gt'), '~/gt')
  const root = townAt(resolve(cwd, named), '$GT_TOWN_ROOT')
  if (above === undefined || above === root) return root
  const what = `names ${root}, but the working directory lies in the town ${above}: say which one with --town`
  throw new ConfigError([{ file: '$GT_TOWN_ROOT', key: '', what }])
}

function townAt(path: string, saidBy: string): string {
  const root = realPath(path)
  const file = townFile(root ?? path)
  if (root === undefined || !exists(file)) {
    throw new ConfigError([
      { file: saidBy, key: '', what: `no town at ${path}: there is no ${file}; name one with --town` },
    ])
  }
  return checked(root)
}

function nearestTown(cwd: string): string | undefined {
  const start = realPath(cwd)
  for (let folder = start; folder !== undefined; folder = folder === dirname(folder) ? undefined : dirname(folder)) {
    if (exists(townFile(folder))) return checked(folder)
  }
  return undefined
}

/** The root again, when it is this user's and its town.json is a JSON object. */
function checked(root: string): string {
  const distrusted = distrust(root)
  if (distrusted.length > 0) throw new ConfigError(distrusted)
  const file = townFile(root)
  const found = readJson(file)
  if (!found.known) throw new ConfigError([{ file, key: '', what: found.why }])
  if (isRecord(found.value)) return root
  throw new ConfigError([{ file, key: '', what: 'must hold a JSON object: this is no town' }])
}
