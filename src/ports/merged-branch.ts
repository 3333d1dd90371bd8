import { hasOwnCommit, type LogEntry, readBranchLog } from '../domain/branch-log.js'
import { cannotTell, type Known, known, mapKnown } from '../domain/known.js'
import { quote } from '../domain/quote.js'
import { isSquashed } from '../domain/squashed.js'
import type { Git } from './git.js'

/** Where the commits of a work tree have been merged. */
export interface Merged {
  /** The branch of the work tree, or the commit if it is on none. */
  readonly branch: string
  readonly into: string
}

const nameOf = (name: string): string => (/^[\w./@-]+$/.test(name) ? name : quote(name))

/** The evidence in words for a person. */
export const mergedWords = ({ branch, into }: Merged): string =>
  `its branch ${nameOf(branch)} is merged into ${nameOf(into)}`

interface Head {
  readonly commit: string
  /** The full name; undefined: a detached HEAD. */
  readonly branch: string | undefined
}

/** gt's own default, and git's old one. */
const usualNames = ['main', 'master']
/** Entries of a reflog that are read. */
const entries = '-n1000'

/**
 * Finds out whether the commits of a work tree are in the default branch, merged or squashed; null: they are not.
 * A branch without commits of its own is not merged, although the default branch contains it.
 * Asks no remote: a remote's branch is as it was at the last fetch. `name`: of the default branch, if it is known.
 */
export async function mergedInto(git: Git, name: string | undefined): Promise<Known<Merged | null>> {
  const head = await headOf(git)
  if (!head.known || head.value === null) return mapKnown(head, () => null)
  const targets = await targetsOf(git, head.value, name)
  if (!targets.known) return targets
  const { commit, branch } = head.value
  const into = await firstThatHolds(git, head.value, targets.value)
  return mapKnown(into, (ref) => (ref === undefined ? null : { branch: plain(branch ?? commit), into: plain(ref) }))
}

const plain = (ref: string): string => ref.replace(/^refs\/(heads|remotes)\//, '')

async function lines(git: Git, ...args: readonly string[]): Promise<Known<readonly string[]>> {
  const result = await git(...args)
  return result.ok ? known(result.stdout.split('\n').filter((line) => line !== '')) : cannotTell(result.failure)
}

const refs = (git: Git, ...args: readonly string[]) => lines(git, 'for-each-ref', '--format=%(refname)', ...args)

/** Null: there is no commit yet. */
async function headOf(git: Git): Promise<Known<Head | null>> {
  const head = await lines(git, 'rev-parse', 'HEAD', '--symbolic-full-name', 'HEAD')
  if (head.known) {
    const [commit = '', branch] = head.value
    return known({ commit, branch: branch === 'HEAD' ? undefined : branch })
  }
  const branch = await lines(git, 'symbolic-ref', '-q', 'HEAD')
  const found = branch.known ? await refs(git, ...branch.value) : branch
  return found.known && found.value.length === 0 ? known(null) : head
}

/** The default branch, in the repository and as its remotes have it; without the branch of the work tree itself. */
async function targetsOf(git: Git, { branch }: Head, name: string | undefined): Promise<Known<readonly string[]>> {
  const names = name === undefined ? await namesOf(git) : known([name])
  if (!names.known) return names
  const patterns = names.value.flatMap((one) => [`refs/heads/${one}`, `refs/remotes/*/${one}`])
  const found = await refs(git, ...patterns)
  const targets = mapKnown(found, (all) => all.filter((ref) => ref !== branch))
  if (!targets.known || targets.value.length > 0) return targets
  const others = await refs(git, '--count=2', 'refs/heads', 'refs/remotes')
  if (!others.known || others.value.every((ref) => ref === branch)) return mapKnown(others, () => [])
  return cannotTell(`its repository has no branch ${names.value.join(' or ')}`)
}

/** What the remotes call it. */
async function namesOf(git: Git): Promise<Known<readonly string[]>> {
  const heads = await lines(git, 'for-each-ref', '--format=%(symref)', 'refs/remotes/*/HEAD')
  return mapKnown(heads, (all) => {
    const names = new Set(all.map((ref) => ref.replace(/^refs\/remotes\/[^/]+\//, '')))
    return names.size === 0 ? usualNames : [...names]
  })
}

async function firstThatHolds(git: Git, head: Head, targets: readonly string[]): Promise<Known<string | undefined>> {
  if (targets.length === 0) return known(undefined)
  const holding = await refs(git, `--contains=${head.commit}`, ...targets)
  if (!holding.known) return holding
  const [into] = holding.value
  if (into !== undefined) return mapKnown(await isOwn(git, head), (own) => (own ? into : undefined))
  for (const target of targets) {
    const repeated = await isRepeatedIn(git, head, target)
    if (!repeated.known) return repeated
    if (repeated.value) return known(target)
  }
  return known(undefined)
}

const logOf = async (git: Git, ref: string): Promise<Known<readonly LogEntry[]>> => {
  const log = await git('log', '-g', '--no-show-signature', entries, '--format=%H%x00%gs', ref, '--')
  return log.ok ? known(readBranchLog(log.stdout)) : cannotTell(log.failure)
}

/** Whether the commit at HEAD was made in this work tree, as its reflogs tell: a new branch is contained in the default branch too. */
async function isOwn(git: Git, { branch }: Head): Promise<Known<boolean>> {
  const own = await logOf(git, branch ?? 'HEAD')
  if (!own.known || own.value.length > 0) return mapKnown(own, hasOwnCommit)
  // A branch that was made in a bare clone has a log from its first commit on; HEAD of a work tree always has one.
  const head = branch === undefined ? own : await logOf(git, 'HEAD')
  if (!head.known || head.value.length > 0) return mapKnown(head, () => false)
  return cannotTell('its repository keeps no reflog, which would tell a merged branch from a new one')
}

/** Whether each commit, or all of them as one, were made again on the target. */
async function isRepeatedIn(git: Git, { commit }: Head, target: string): Promise<Known<boolean>> {
  const marks = await lines(git, 'cherry', target, commit)
  if (!marks.known || marks.value.length === 0) return mapKnown(marks, () => false)
  if (marks.value.every((mark) => mark.startsWith('- '))) return known(true)
  return marks.value.length === 1 ? known(false) : isSquashedIn(git, commit, target)
}

async function isSquashedIn(git: Git, commit: string, target: string): Promise<Known<boolean>> {
  const common = await git('merge-base', target, commit)
  if (!common.ok) return common.exitCode === 1 ? known(false) : cannotTell(common.failure)
  const base = common.stdout.trim()
  const raw = ['--raw', '--no-abbrev', '--no-renames'] as const
  const changes = await lines(git, 'diff-tree', '-r', ...raw, base, commit)
  if (!changes.known || changes.value.length === 0) return mapKnown(changes, () => false)
  // Only commits that touch one of the files, each with all of its files. A name in quotes is not the file's own.
  const [file] = changes.value.map((line) => line.slice(line.indexOf('\t') + 1)).filter((path) => !path.startsWith('"'))
  const log = [
    'log',
    '--first-parent',
    '--full-diff',
    '--no-color',
    '--no-show-signature',
    ...raw,
    '--format=%H',
  ] as const
  const only = file === undefined ? [] : [file]
  const commits = await lines(git, '--literal-pathspecs', ...log, `${base}..${target}`, '--', ...only)
  return mapKnown(commits, (printed) => isSquashed(changes.value, printed))
}
