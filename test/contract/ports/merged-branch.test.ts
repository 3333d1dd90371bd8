import { execFileSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createCommands } from '../../../src/ports/command.js'
import { type Git, gitIn } from '../../../src/ports/git.js'
import { mergedInto } from '../../../src/ports/merged-branch.js'
import { put } from '../../support/town-folder.js'

const BRANCH = 'polecat/rust/de-w1@mx4o96d5'

let stage: string
/** What the remote has, in the hands of its refinery. */
let origin: string
let tree: string

const env = (): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: stage,
  GIT_AUTHOR_NAME: 'Tester',
  GIT_AUTHOR_EMAIL: 'tester@example.invalid',
  GIT_COMMITTER_NAME: 'Tester',
  GIT_COMMITTER_EMAIL: 'tester@example.invalid',
})
const run = (cwd: string, ...args: readonly string[]): string =>
  execFileSync('git', args, { cwd, env: env(), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
const commit = (cwd: string, file: string, text = `${file}\n`): void => {
  put(join(cwd, file), text)
  run(cwd, 'add', '.')
  run(cwd, 'commit', '-q', '-m', `Write ${file}`)
}
const git: Git = (...args) =>
  gitIn({ commands: createCommands(Date.now() + 20_000), env: env() }, tree, () => 5000)(...args)
const fate = async (name: string | undefined = 'main') => {
  const merged = await mergedInto(git, name)
  return merged.known ? (merged.value?.into ?? 'not merged') : 'unknown'
}
/** The refinery merges the pushed branch in its way, and the town fetches. */
const mergeBy = (...how: readonly string[]): void => {
  run(tree, 'push', '-q', 'origin', `HEAD:refs/heads/${BRANCH}`)
  run(origin, ...how, BRANCH)
  if (how.includes('--squash')) run(origin, 'commit', '-q', '-m', 'Squash merge')
  run(tree, 'fetch', '-q', 'origin')
}

beforeEach(() => {
  stage = realpathSync(mkdtempSync(join(tmpdir(), 'merged-')))
  origin = join(stage, 'origin')
  tree = join(stage, 'rust')
  run(stage, 'init', '-q', '-b', 'main', origin)
  commit(origin, 'README')
  // As gt makes it: a bare clone for all work trees of a rig.
  const bare = join(stage, 'repo.git')
  run(stage, 'clone', '-q', '--bare', origin, bare)
  run(bare, 'config', 'remote.origin.fetch', '+refs/heads/*:refs/remotes/origin/*')
  run(bare, 'fetch', '-q', 'origin')
  run(bare, 'worktree', 'add', '-q', '-b', BRANCH, tree, 'origin/main')
  run(tree, 'reset', '-q')
})
afterEach(() => rmSync(stage, { recursive: true, force: true }))

describe('the branch of a work tree', () => {
  it('without a commit is not merged, although the default branch contains it', async () => {
    expect(await fate()).toBe('not merged')
    commit(origin, 'later')
    run(tree, 'fetch', '-q', 'origin')
    expect(await fate()).toBe('not merged')
    run(tree, 'rebase', '-q', 'origin/main')
    expect(await fate()).toBe('not merged')
  })

  it('with a commit of its own is not merged', async () => {
    commit(tree, 'work')
    expect(await fate()).toBe('not merged')
    commit(origin, 'later')
    run(tree, 'fetch', '-q', 'origin')
    expect(await fate()).toBe('not merged')
    run(tree, 'rebase', '-q', 'origin/main')
    expect(await fate()).toBe('not merged')
  })

  it.each([
    ['fast-forwarded', ['merge', '-q', '--ff-only']],
    ['merged', ['merge', '-q', '--no-ff', '--no-edit']],
    ['squashed', ['merge', '-q', '--squash']],
    ['cherry-picked', ['cherry-pick']],
  ])('that was %s is merged, also when others have gone on', async (_, how) => {
    commit(tree, 'work')
    mergeBy(...how)
    expect(await fate()).toBe('origin/main')
    commit(origin, 'later')
    run(tree, 'fetch', '-q', 'origin')
    expect(await fate()).toBe('origin/main')
  })

  it('that was squashed beside the work of others is merged', async () => {
    commit(tree, 'work')
    commit(origin, 'other')
    mergeBy('merge', '-q', '--squash')
    expect(await fate()).toBe('origin/main')
  })

  it('of several commits that were squashed into one is merged, and not merged if one more came after', async () => {
    commit(tree, 'work')
    commit(tree, 'work', 'better\n')
    commit(tree, ':(odd) näme', 'more\n')
    commit(origin, 'other')
    mergeBy('merge', '-q', '--squash')
    commit(origin, 'later')
    run(tree, 'fetch', '-q', 'origin')
    expect(await fate()).toBe('origin/main')
    commit(tree, 'unfinished')
    expect(await fate()).toBe('not merged')
  })

  it('that gt rebased before the merge is merged', async () => {
    commit(tree, 'work')
    commit(origin, 'other')
    run(tree, 'fetch', '-q', 'origin')
    run(tree, 'rebase', '-q', 'origin/main')
    mergeBy('merge', '-q', '--ff-only')
    expect(await fate()).toBe('origin/main')
  })

  it('whose commit was given up again is not merged', async () => {
    commit(tree, 'work')
    run(tree, 'reset', '-q', '--hard', 'origin/main')
    expect(await fate()).toBe('not merged')
  })

  it('that was made anew after a merge is not merged, although its start was made here', async () => {
    commit(tree, 'work')
    mergeBy('merge', '-q', '--ff-only')
    run(tree, 'checkout', '-q', '--detach', 'origin/main')
    expect(await fate()).toBe('not merged')
    run(tree, 'checkout', '-q', '-b', 'polecat/rust/de-w2@next')
    expect(await fate()).toBe('not merged')
    commit(tree, 'next')
    expect(await fate()).toBe('not merged')
  })

  it('is judged by HEAD if it is on none', async () => {
    run(tree, 'checkout', '-q', '--detach')
    commit(tree, 'work')
    expect(await fate()).toBe('not merged')
    mergeBy('merge', '-q', '--ff-only')
    expect(await mergedInto(git, 'main')).toMatchObject({
      value: { branch: run(tree, 'rev-parse', 'HEAD'), into: 'origin/main' },
    })
  })

  it('that is the default branch itself is merged when its remote has it', async () => {
    const clone = join(stage, 'clone')
    run(stage, 'clone', '-q', origin, clone)
    tree = clone
    commit(tree, 'work')
    expect(await fate()).toBe('not merged')
    run(origin, 'config', 'receive.denyCurrentBranch', 'ignore')
    run(tree, 'push', '-q', 'origin', 'main')
    expect(await fate()).toBe('origin/main')
  })

  it('may be merged in any of several remotes, or in the repository itself', async () => {
    const fork = join(stage, 'fork')
    run(stage, 'clone', '-q', origin, fork)
    run(tree, 'remote', 'add', 'fork', fork)
    commit(tree, 'work')
    run(tree, 'fetch', '-q', 'fork')
    expect(await fate()).toBe('not merged')
    run(tree, 'push', '-q', 'fork', `HEAD:refs/heads/${BRANCH}`)
    run(fork, 'merge', '-q', BRANCH)
    run(tree, 'fetch', '-q', 'fork')
    expect(await fate()).toBe('fork/main')
    run(tree, 'remote', 'remove', 'fork')
    expect(await fate()).toBe('not merged')
    run(tree, 'branch', '-f', 'main', 'HEAD')
    expect(await fate()).toBe('main')
  })

  it('is compared with the default branch that the rig names, or its remote, or git usually has', async () => {
    run(origin, 'checkout', '-q', '-b', 'release/1.0')
    commit(tree, 'work')
    mergeBy('merge', '-q', '--ff-only')
    expect(await fate('main')).toBe('not merged')
    expect(await fate('release/1.0')).toBe('origin/release/1.0')
    expect(await mergedInto(git, undefined)).toEqual({ known: true, value: null })
    run(tree, 'remote', 'set-head', 'origin', 'release/1.0')
    expect(await mergedInto(git, undefined)).toMatchObject({ value: { into: 'origin/release/1.0' } })
  })

  it('in a repository without another branch is not merged', async () => {
    tree = join(stage, 'alone')
    run(stage, 'init', '-q', '-b', 'trunk', tree)
    expect(await fate()).toBe('not merged')
    commit(tree, 'work')
    expect(await fate()).toBe('not merged')
  })

  it('is no evidence if nothing says which branch is the default one', async () => {
    commit(tree, 'work')
    expect(await fate('trunk')).toBe('unknown')
  })

  it('cannot be told from a new one without a reflog', async () => {
    run(tree, 'config', 'core.logAllRefUpdates', 'false')
    commit(tree, 'work')
    rmSync(join(stage, 'repo.git/worktrees/rust/logs'), { recursive: true })
    rmSync(join(stage, 'repo.git/logs'), { recursive: true, force: true })
    expect(await fate()).toBe('not merged')
    mergeBy('merge', '-q', '--ff-only')
    expect(await fate()).toBe('unknown')
  })

  it('cannot be told where git fails: a broken HEAD, a lost object, a folder that is gone', async () => {
    commit(tree, 'work')
    put(join(stage, 'repo.git/worktrees/rust/HEAD'), 'nonsense\n')
    expect(await fate()).toBe('unknown')
    put(join(stage, 'repo.git/worktrees/rust/HEAD'), `ref: refs/heads/${BRANCH}\n`)
    const lost = run(tree, 'rev-parse', 'HEAD')
    rmSync(join(stage, 'repo.git/objects', lost.slice(0, 2), lost.slice(2)))
    expect(await fate()).toBe('unknown')
    rmSync(tree, { recursive: true })
    expect(await fate()).toBe('unknown')
  })
})
