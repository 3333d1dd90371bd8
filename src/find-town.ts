import { resolve } from 'node:path'
import { type Configuration, configure, type Overrides } from './config.js'
import { kindNamed, kinds } from './dialects/index.js'
import type { Settings } from './domain/settings.js'
import type { Finding } from './domain/snapshot.js'
import { type Complaint, describeComplaint } from './errors.js'
import { exitCodes } from './exit-codes.js'
import { configurationFile } from './ports/own-configuration.js'
import { absenceOf } from './ports/program-path.js'
import type { Flaw } from './town.js'
import { townRoot } from './town-root.js'

export { townRoot }

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
  readonly flaw: Flaw | undefined
}

/** Finds the town and reads its configuration. Throws ConfigError when there is no town there or two are meant. */
export function findTown(whereabouts: Whereabouts): Place {
  const { cwd, trustBeads, dialect } = whereabouts
  const root = townRoot(whereabouts)
  const known: Overrides = { trustBeads, dialect: kindNamed(dialect ?? '')?.name }
  const file = resolve(cwd, whereabouts.config ?? configurationFile(root))
  const configuration = configure({ path: file, named: whereabouts.config !== undefined }, known)
  return { root, settings: configuration.settings, flaw: findFlaw(whereabouts, configuration) }
}

function findFlaw(where: Whereabouts, { complaints }: Configuration): Flaw | undefined {
  if (complaints.length > 0) return flawOf('config', complaints)
  if (where.dialect !== undefined && kindNamed(where.dialect) === undefined) {
    const what = `${JSON.stringify(where.dialect)} is no kind of town: ${kinds.map(({ name }) => name).join(' or ')}`
    return flawOf('dialect', [{ file: '--dialect', key: '', what }])
  }
  const absence = absenceOf('tmux', where.env)
  if (absence === undefined) return undefined
  return flawOf('unavailable', [{ file: '', key: '', what: `${absence}: no session can be checked; install tmux` }])
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
