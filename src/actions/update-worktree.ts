import { type Agent, address } from '../domain/agent.js'
import { now } from '../ports/clock.js'
import { isWorktree } from '../ports/worktree.js'
import { type GitCall, git } from './git.js'
import type { Performing } from './performing.js'
import { tell } from './recorded-child.js'

/** The folder of a refinery, crew member or polecat is brought up to date before its start: fetched; and rebased onto the
 *  remote's default branch when it is on that branch with nothing uncommitted. A feature branch, a changed file and a
 *  rebase that stops are left as they were. One line on what was not done, or undefined: it never stops a start. */
export async function updateWorktree(performing: Performing, agent: Agent): Promise<string | undefined> {
  const { town } = performing
  const folder = town.dialect.folder(town.root, agent)
  if (!town.settings.worktree || !mayHaveWorktree(agent)) return undefined
  const tree = isWorktree(folder)
  if (!tree.known || !tree.value) return tree.known ? undefined : `not brought up to date: ${tree.why}`
  // The half of the time that a start has: the session must still be made in the other.
  const until = now() + Math.min(town.settings.startDeadline / 2, town.commands.left() / 2)
  const run: Git = (...args) => git(performing, callNow(performing, { agent, folder, until }), args)
  const fetched = await run('fetch', 'origin')
  if (!fetched.ok) return `not brought up to date: ${fetched.failure}`
  const branch = await branchToRebase(run)
  if (!branch.name) return branch.because
  const stopped = await rebased(run, branch.name)
  return stopped ?? (await synced(performing, agent, folder))
}

type Git = (...args: readonly string[]) => ReturnType<typeof git>

const mayHaveWorktree = ({ role }: Agent): boolean => role === 'refinery' || role === 'crew' || role === 'polecat'

function callNow(
  { town }: Performing,
  { agent, folder, until }: Omit<GitCall, 'deadline'> & { readonly until: number },
): GitCall {
  return { agent, folder, deadline: Math.max(1, Math.min(town.settings.deadline, until - now())) }
}

interface Branch {
  readonly name?: string
  readonly because?: string
}

const remoteHead = 'refs/remotes/origin/HEAD'

/** A worktree of gt's hangs on a bare clone that tracks no branch of its remote: there the remote itself is asked. */
async function defaultBranch(run: Git): Promise<string | undefined> {
  const head = await run('symbolic-ref', '--quiet', remoteHead)
  if (head.ok) return head.stdout.trim().replace('refs/remotes/origin/', '')
  const remote = await run('ls-remote', '--symref', 'origin', 'HEAD')
  return remote.ok ? /^ref: refs\/heads\/(\S+)\s+HEAD$/m.exec(remote.stdout)?.[1] : undefined
}

/** The branch to be rebased, or why none: undefined as a reason where that is as it should be. */
async function branchToRebase(run: Git): Promise<Branch> {
  const name = await defaultBranch(run)
  if (!name) return { because: 'only fetched: nobody can tell the default branch of its remote' }
  // Files that git does not know do not count: it refuses by itself to overwrite one.
  const status = await run('status', '--porcelain=v2', '--branch', '--untracked-files=no')
  if (!status.ok) return { because: `only fetched: ${status.failure}` }
  const lines = status.stdout.split('\n').filter((line) => line !== '')
  if (!lines.includes(`# branch.head ${name}`)) return {}
  return lines.every((line) => line.startsWith('#'))
    ? { name }
    : { because: 'only fetched: it has uncommitted changes' }
}

async function rebased(run: Git, branch: string): Promise<string | undefined> {
  const pulled = await run('pull', '--rebase', '--no-autostash', 'origin', branch)
  if (pulled.ok) return undefined
  const aborted = await run('rebase', '--abort')
  const left =
    aborted.ok || isNotRebasing(aborted.stderr) ? 'left as it was' : `and not undone either: ${aborted.failure}`
  return `not rebased, ${left}: ${pulled.failure}`
}

const isNotRebasing = (stderr: string): boolean => /no rebase in progress/i.test(stderr)

async function synced(performing: Performing, agent: Agent, folder: string): Promise<string | undefined> {
  const call = performing.town.dialect.syncCall?.(folder)
  if (!call) return undefined
  // A bd daemon would work in the rig's main clone, not here.
  const result = await tell(performing, address(agent), { ...call, env: { ...call.env, BEADS_NO_DAEMON: '1' } })
  return result.ok ? undefined : `its issues were not synced: ${result.failure}`
}
