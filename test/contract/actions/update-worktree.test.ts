import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { updateWorktree } from '../../../src/actions/update-worktree.js'
import { type FakeTown, raiseTown } from '../../support/fake-town.js'
import { processesOf } from '../../support/leftovers.js'
import { agentOf } from '../../support/stage-names.js'
import { refuses } from '../../support/stand-ins.js'
import { put } from '../../support/town-folder.js'
import { performingIn, type StageOptions } from './stage.js'

let fake: FakeTown
beforeEach(() => {
  fake = raiseTown()
  fake.addRig('gastown')
})
afterEach(() => fake.end())

const crew = 'gastown/crew/max'
const polecat = 'gastown/polecats/toast'
const git = (folder: string, ...words: readonly string[]): string =>
  execFileSync('git', words, { cwd: folder, env: fake.env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()

const origin = () => join(fake.stage, 'git/gastown/origin')
const head = (folder: string) => git(folder, 'rev-parse', 'HEAD')

/** The remote goes on: a commit that changes `file`. Returns it. */
function publish(file = 'news'): string {
  put(join(origin(), file), `changed at the remote\n`)
  git(origin(), 'add', '.')
  git(origin(), 'commit', '-q', '-m', 'News')
  return head(origin())
}

const update = (who: string, options?: StageOptions) => updateWorktree(performingIn(fake, options), agentOf(who))
const syncs = () => fake.programs.calls().filter(({ program, args }) => program === 'bd' && args[0] === 'sync')

function forgetRemoteBranches(): void {
  git(fake.folder(crew), 'config', '--unset-all', 'remote.origin.fetch')
  git(fake.folder(crew), 'remote', 'set-head', 'origin', '--delete')
}

describe('a work tree on the default branch of its remote', () => {
  it('is brought up to date, and its issues are shared after that', async () => {
    fake.addWorker(crew)
    const news = publish()
    expect(await update(crew)).toBeUndefined()
    expect(head(fake.folder(crew))).toBe(news)
    expect(syncs()).toMatchObject([{ cwd: fake.folder(crew), env: { BEADS_NO_DAEMON: '1' } }])
  })

  it('whatever that branch is called', async () => {
    fake.addWorker(crew)
    git(origin(), 'branch', '-m', 'main', 'trunk')
    git(fake.folder(crew), 'fetch', '-q')
    git(fake.folder(crew), 'branch', '-m', 'main', 'trunk')
    git(fake.folder(crew), 'remote', 'set-head', 'origin', 'trunk')
    const news = publish()
    expect(await update(crew)).toBeUndefined()
    expect(head(fake.folder(crew))).toBe(news)
  })

  it.each([
    ['was never noted', () => git(fake.folder(crew), 'remote', 'set-head', 'origin', '--delete')],
    ['is tracked by nobody, as in a bare clone', () => forgetRemoteBranches()],
  ])('that %s here is asked for at the remote', async (_, forget) => {
    fake.addWorker(crew)
    forget()
    const news = publish()
    expect(await update(crew)).toBeUndefined()
    expect(head(fake.folder(crew))).toBe(news)
  })

  it('keeps its own commits on top', async () => {
    fake.addWorker(crew)
    const folder = fake.folder(crew)
    put(join(folder, 'mine'), 'mine\n')
    git(folder, 'add', '.')
    git(folder, 'commit', '-q', '-m', 'Mine')
    const news = publish()
    expect(await update(crew)).toBeUndefined()
    expect(git(folder, 'rev-parse', 'HEAD~1')).toBe(news)
    expect(readFileSync(join(folder, 'mine'), 'utf8')).toBe('mine\n')
  })

  it('with uncommitted changes is only fetched', async () => {
    fake.addWorker(crew)
    const folder = fake.folder(crew)
    const before = head(folder)
    writeFileSync(join(folder, 'README'), 'half done\n')
    const news = publish()
    expect(await update(crew)).toContain('uncommitted changes')
    expect(head(folder)).toBe(before)
    expect(git(folder, 'status', '--porcelain')).toBe('M README')
    expect(git(folder, 'rev-parse', 'origin/main')).toBe(news)
    expect(syncs()).toEqual([])
  })

  it('whose rebase stops at a conflict is left as it was', async () => {
    fake.addWorker(crew)
    const folder = fake.folder(crew)
    put(join(folder, 'README'), 'mine\n')
    git(folder, 'commit', '-q', '-a', '-m', 'Mine')
    const before = head(folder)
    publish('README')
    expect(await update(crew)).toMatch(/^not rebased, left as it was: git pull/)
    expect(head(folder)).toBe(before)
    expect(git(folder, 'status', '--porcelain=v2', '--branch')).toContain('# branch.head main')
    expect(readFileSync(join(folder, 'README'), 'utf8')).toBe('mine\n')
    expect(syncs()).toEqual([])
  })

  it('never has a file overwritten that git does not know', async () => {
    fake.addWorker(crew)
    const folder = fake.folder(crew)
    put(join(folder, 'news'), 'not committed\n')
    const before = head(folder)
    publish('news')
    expect(await update(crew)).toMatch(/^not rebased, left as it was/)
    expect(readFileSync(join(folder, 'news'), 'utf8')).toBe('not committed\n')
    expect(head(folder)).toBe(before)
  })
})

describe('a feature branch', () => {
  it('is fetched for and never touched', async () => {
    fake.addWorker(polecat)
    const before = head(fake.folder(polecat))
    const news = publish()
    expect(await update(polecat)).toBeUndefined()
    expect(head(fake.folder(polecat))).toBe(before)
    expect(git(fake.folder(polecat), 'branch', '--show-current')).toBe('polecat/toast')
    expect(git(fake.folder(polecat), 'rev-parse', 'origin/main')).toBe(news)
  })
})

describe('a remote', () => {
  it('that hangs is given up at the deadline, and nothing of it is left running', async () => {
    fake.addWorker(crew)
    const hangs = join(fake.stage, 'hangs')
    put(hangs, '#!/bin/sh\ntrap "" TERM\nsleep 600\n')
    chmodSync(hangs, 0o755)
    git(fake.folder(crew), 'remote', 'set-url', 'origin', 'ssh://nowhere.invalid/repository')
    const began = Date.now()
    const performing = performingIn(fake, { settings: { deadline: 500 }, env: { GIT_SSH_COMMAND: hangs } })
    expect(await updateWorktree(performing, agentOf(crew))).toMatch(
      /^not brought up to date: git fetch origin .*timed out/,
    )
    expect(Date.now() - began).toBeLessThan(3000)
    expect(processesOf(fake.stage)).toEqual([])
    expect(performing.town.ledger.current().children).toEqual([])
  })

  it('is never asked with a prompt, nor as whoever runs the check', async () => {
    fake.addWorker(crew)
    await update(crew, { env: { GT_ROLE: 'mayor', GIT_DIR: '/elsewhere', GIT_SSH_COMMAND: 'ssh -x' } })
    const calls = fake.programs.calls().filter(({ program, args }) => program === 'git' && args[0] === 'fetch')
    const fetch = calls.at(-1)
    expect(fetch?.env).toMatchObject({ GIT_TERMINAL_PROMPT: '0', GIT_SSH_COMMAND: 'ssh -x' })
    expect(fetch?.env).not.toHaveProperty('GIT_DIR')
    expect(fetch?.env).not.toHaveProperty('GT_ROLE')
  })

  it('that does not answer is a note', async () => {
    fake.addWorker(crew)
    git(fake.folder(crew), 'remote', 'set-url', 'origin', join(fake.stage, 'gone'))
    expect(await update(crew)).toMatch(/^not brought up to date: git fetch origin/)
  })
})

it('issues that cannot be shared are a note', async () => {
  fake.addWorker(crew)
  fake.programs.spoil('bd', refuses('no remote'))
  expect(await update(crew)).toMatch(/^its issues were not synced: .*no remote/)
})

it.each(['deacon', 'mayor', 'gastown/witness'])('%s has no work tree to bring up to date', async (who) => {
  expect(await update(who)).toBeUndefined()
  expect(fake.programs.calls()).toEqual([])
})

it.each(['no .git', 'a .git that is no repository'])(
  'a folder with %s is left alone, and so is the repository around it',
  async (which) => {
    fake.addWorker('gastown/refinery')
    const around = fake.folder('gastown/refinery')
    const folder = join(around, 'crew')
    mkdirSync(folder)
    if (which !== 'no .git') put(join(folder, '.git/HEAD'), 'ref: refs/heads/main\n')
    const before = head(around)
    publish()
    const agent = agentOf(crew)
    const performing = performingIn(fake)
    const dialect = { ...performing.town.dialect, folder: () => folder }
    await updateWorktree({ ...performing, town: { ...performing.town, dialect } }, agent)
    expect([head(around), git(around, 'rev-parse', 'origin/main')]).toEqual([before, before])
  },
)

it('nothing is brought up to date where the configuration says so', async () => {
  fake.addWorker(crew)
  const calls = fake.programs.calls().length
  expect(await update(crew, { settings: { worktree: false } })).toBeUndefined()
  expect(fake.programs.calls()).toHaveLength(calls)
})
