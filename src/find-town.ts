import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { type Configuration, configure, type Overrides } from './config.js'
import { kindNamed, kinds } from './dialects/index.js'
import { distrust } from './distrust.js'
import type { Settings } from './domain/settings.js'
import type { Finding } from './domain/snapshot.js'
import { type Complaint, ConfigError, describeComplaint } from './errors.js'
import { exitCodes } from './exit-codes.js'
import { presumedKind, socketOf } from './find-dialect.js'
import { exists, readJson } from './ports/files.js'
import { townFile } from './ports/folders.js'
import { realPath } from './ports/places.js'
import { findProgram } from './ports/program-path.js'
import type { Flaw } from './town.js'

type Environment = Readonly<Record<string, string | undefined>>

/** Where to look for the town and its configuration. */
export interface Whereabouts {
  readonly town?: string | undefined
  readonly config?: string | undefined
  readonly dialect?: string | undefined
  readonly trustBeads?: boolean | undefined
  readonly env: Environment
  readonly cwd: string
}

/** A town that was found, with its settings; nothing in it is opened yet. */
export interface Place {
  readonly root: string
  readonly settings: Settings
  /** Path of the tmux socket on which its sessions are expected. */
  readonly socket: string
  readonly flaw: Flaw | undefined
}

/** Finds the town and reads its configuration. Throws ConfigError when there is no town there or two are meant. */
export function findTown(whereabouts: Whereabouts): Place {
  const { env, cwd, trustBeads, dialect } = whereabouts
  const root = townRoot(whereabouts)
  const known: Overrides = { trustBeads, dialect: kindNamed(dialect ?? '')?.name }
  const file = resolve(cwd, whereabouts.config ?? join(root, 'daemon/heartbeat.config.json'))
  const configuration = configure({ path: file, named: whereabouts.config !== undefined }, known)
  const { settings } = configuration
  const socket = socketOf(presumedKind({ root, settings }), { root, settings, env })
  return { root, settings, socket, flaw: findFlaw(whereabouts, configuration) }
}

/** The real path of the town: what --town names, else $GT_TOWN_ROOT, else the nearest parent of `cwd` with a town in it, else ~/gt. */
export function townRoot({ town, env, cwd }: Pick<Whereabouts, 'town' | 'env' | 'cwd'>): string {
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
  if (typeof found.value === 'object' && found.value !== null && !Array.isArray(found.value)) return root
  throw new ConfigError([{ file, key: '', what: 'must hold a JSON object: this is no town' }])
}

function findFlaw(where: Whereabouts, { complaints }: Configuration): Flaw | undefined {
  if (complaints.length > 0) return flawOf('config', complaints)
  if (where.dialect !== undefined && kindNamed(where.dialect) === undefined) {
    const what = `${JSON.stringify(where.dialect)} is no kind of town: ${kinds.map(({ name }) => name).join(' or ')}`
    return flawOf('dialect', [{ file: '--dialect', key: '', what }])
  }
  if (findProgram('tmux', where.env) !== undefined) return undefined
  return flawOf('unavailable', [
    { file: '$PATH', key: '', what: 'no tmux there, so nothing can be judged: install tmux' },
  ])
}

/** What keeps a town from being checked, with all the complaints; a single one is what the gate says. */
export function flawOf(reason: 'config' | 'dialect' | 'unavailable', complaints: readonly Complaint[]): Flaw {
  const exitCode = reason === 'unavailable' ? exitCodes.unavailable : exitCodes.config
  const [first, ...more] = complaints.map(describeComplaint)
  const because =
    first === undefined || more.length > 0 ? `${complaints.length} complaints about the configuration` : first
  return { gate: { open: false, reason, mayLook: false, because, exitCode }, findings: complaints.map(findingOf) }
}

/** What keeps a town whose kind nobody can tell from more than a look, with what contradicts each other. */
export function doubtful(doubts: readonly string[]): Flaw | undefined {
  if (doubts.length === 0) return undefined
  const because = `nobody can tell what kind of town this is (${doubts.join('; ')}): this check only looked; make them agree (end the sessions of the other kind, or force one with --dialect)`
  const findings = doubts.map((doubt) => ({
    ...findingOf({ file: '', key: '', what: doubt }),
    rule: 'dialect',
    verdict: 'doubt',
  }))
  return { gate: { open: false, reason: 'dialect', mayLook: true, because, exitCode: exitCodes.config }, findings }
}

const findingOf = (complaint: Complaint): Finding => ({
  rule: 'config',
  agent: undefined,
  verdict: 'wrong',
  because: describeComplaint(complaint),
  evidence: { file: complaint.file, key: complaint.key },
  wantsPerson: true,
})
