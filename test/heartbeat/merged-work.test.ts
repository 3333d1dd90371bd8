import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CheckDocument, readDocument } from '../support/check-document.js'
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import type { StageKindName } from '../support/stage-kind.js'
import { only, refuses } from '../support/stand-ins.js'
import { put } from '../support/town-folder.js'

const WITNESS = 'demo/witness'
const polecat = (name: string): string => `demo/polecats/${name}`
const RUST = polecat('rust')

let town: FakeTown
afterEach(() => town.end())

const check = async (): Promise<CheckDocument> => readDocument((await town.run(['--once', '--json'])).stdout)
const deedsOf = ({ actions }: CheckDocument): readonly string[] =>
  actions.map(({ kind, agent, outcome }) => `${kind} ${agent} ${outcome}`)
const verdicts = ({ findings }: CheckDocument): readonly string[] =>
  findings.map(({ agent, verdict }) => `${verdict} ${agent}`)
const noticesTo = (who: string): readonly string[] => town.mails(who).map(({ title }) => String(title))

const git = (folder: string, ...words: readonly string[]): string =>
  execFileSync('git', words, { cwd: folder, env: town.env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
const origin = (): string => join(town.stage, 'git/demo/origin')
const longAgo = new Date(Date.now() - 3_600_000)

/** A polecat that is down, with work on its hook. */
function crashed(who: string, work: string): void {
  town.addWorker(who)
  town.addIssue({ id: work, status: 'hooked', assignee: who, updated_at: longAgo.toISOString() }, 'demo')
  town.setBead(who, { state: 'working', hook: work, updatedAt: longAgo })
}

function commit(who: string, file = 'work'): void {
  put(join(town.folder(who), file), `${who}\n`)
  git(town.folder(who), 'add', file)
  git(town.folder(who), 'commit', '-q', '-m', `Write ${file}`)
}

/** The refinery of the town merges what the polecat has pushed. `how`: words for `git merge`. */
function merge(who: string, ...how: readonly string[]): void {
  const branch = git(town.folder(who), 'branch', '--show-current').trim()
  git(town.folder(who), 'push', '-q', 'origin', branch)
  git(origin(), 'merge', '-q', ...how, branch)
  if (how.includes('--squash')) git(origin(), 'commit', '-q', '-m', 'Squash merge')
}
const fetch = (who: string): string => git(town.folder(who), 'fetch', '-q', 'origin')

/** As `gt done` leaves it, before its refinery has seen it. */
function submit(work: string, status = 'open'): void {
  const description = `branch: polecat/rust\ntarget: main\nsource_issue: ${work}\nrig: demo`
  const kind = town.kind === 'classic' ? { issue_type: 'merge-request' } : { labels: ['gt:merge-request'] }
  const id = `${work}-mr`
  town.addIssue({ id, title: `Merge: ${work}`, description, status, ...kind }, 'demo')
}

describe.each<StageKindName>(['classic', 'current'])('a polecat of a %s town that is down with open work', (kind) => {
  beforeEach(async () => {
    town = raiseTown({ kind })
    town.addRig('demo', { ownDatabase: true })
    await town.wake('deacon', WITNESS)
    crashed(RUST, 'de-w1')
  })

  it.each([
    ['merged', ['--no-ff', '--no-edit']],
    ['fast-forwarded', ['--ff-only']],
    ['squashed', ['--squash']],
  ])('stays down if its branch is %s, and its witness is told once', async (_, how) => {
    commit(RUST)
    merge(RUST, ...how)
    fetch(RUST)
    const first = await check()
    expect([first.exitCode, verdicts(first), deedsOf(first)]).toEqual([0, [`merged ${RUST}`], [`notify ${RUST} done`]])
    expect(first.findings[0]?.because).toContain('its branch polecat/rust is merged into origin/main')
    const next = await check()
    expect([next.exitCode, verdicts(next), deedsOf(next)]).toEqual([0, [`merged ${RUST}`], []])
    expect(town.isUp(RUST)).toBe(false)
    expect(noticesTo(WITNESS)).toEqual(['MERGED_WORK: the work of demo/rust is merged but still open'])
  })

  it('stays down if its merge request waits, and its witness is told once', async () => {
    commit(RUST)
    submit('de-w1')
    const first = await check()
    expect([first.exitCode, verdicts(first)]).toEqual([0, [`submitted ${RUST}`]])
    expect(deedsOf(first)).toEqual([`notify ${RUST} done`])
    expect(deedsOf(await check())).toEqual([])
    expect(town.isUp(RUST)).toBe(false)
    expect(noticesTo(WITNESS)).toEqual(['SUBMITTED_WORK: the work of demo/rust is submitted but still open'])
  })

  it.each([
    ['of its own work was closed', () => submit('de-w1', 'closed')],
    ['is of other work', () => submit('de-w10')],
  ])('is started if the merge request %s', async (_, request) => {
    commit(RUST)
    request()
    expect(deedsOf(await check())).toEqual([`start ${RUST} done`])
  })

  it('is started before its first commit, also when the default branch has gone on', async () => {
    put(join(origin(), 'news'), 'news\n')
    git(origin(), 'add', '.')
    git(origin(), 'commit', '-q', '-m', 'News')
    fetch(RUST)
    expect(deedsOf(await check())).toEqual([`start ${RUST} done`])
  })

  it('stays down if the fetch before its start tells of the merge, and the next check tells its witness', async () => {
    commit(RUST)
    merge(RUST, '--squash')
    const first = await check()
    expect(deedsOf(first)).toEqual([`start ${RUST} deferred`])
    expect(JSON.stringify(first.actions)).toContain('is merged into origin/main')
    expect(town.isUp(RUST)).toBe(false)
    expect(deedsOf(await check())).toEqual([`notify ${RUST} done`])
    expect(noticesTo(WITNESS)).toEqual(['MERGED_WORK: the work of demo/rust is merged but still open'])
  })

  it('is started if nothing can be fetched and nothing that was fetched tells of a merge', async () => {
    commit(RUST)
    git(town.folder(RUST), 'remote', 'set-url', 'origin', join(town.stage, 'nowhere'))
    expect(deedsOf(await check())).toEqual([`start ${RUST} done`])
  })

  it('needs attention if git cannot tell, its witness is told once, and it is started as soon as git can', async () => {
    commit(RUST)
    const head = town.read(`${town.folder(RUST).slice(town.root.length + 1)}/.git`) ?? ''
    const path = join(head.replace('gitdir: ', '').trim(), 'HEAD')
    put(path, 'nonsense\n')
    const first = await check()
    expect([first.exitCode, verdicts(first)]).toEqual([1, [`unverified ${RUST}`]])
    expect(deedsOf(first)).toEqual([`notify ${RUST} done`])
    const next = await check()
    expect([next.exitCode, deedsOf(next)]).toEqual([1, []])
    expect(noticesTo(WITNESS)).toEqual(['UNVERIFIED_WORK: demo/rust is down, and its work may be merged already'])
    put(path, 'ref: refs/heads/polecat/rust\n')
    expect(deedsOf(await check())).toEqual([`start ${RUST} done`])
  })

  it('needs attention if bd does not tell of merge requests, unless git tells enough', async () => {
    commit(RUST)
    town.programs.spoil('bd', only('*merge-request*', refuses('Error: locked')))
    const first = await check()
    expect([first.exitCode, verdicts(first), town.isUp(RUST)]).toEqual([1, [`unverified ${RUST}`], false])
    expect(first.findings[0]?.because).toContain('locked')
    merge(RUST, '--squash')
    fetch(RUST)
    expect(verdicts(await check())).toEqual([`merged ${RUST}`])
  })

  it('is compared with the default branch that gt noted for its rig', async () => {
    town.write('demo/config.json', JSON.stringify({ type: 'rig', version: 1, default_branch: 'trunk' }))
    git(origin(), 'checkout', '-q', '-b', 'trunk')
    commit(RUST)
    merge(RUST, '--ff-only')
    fetch(RUST)
    const document = await check()
    expect(document.findings[0]?.because).toContain('is merged into origin/trunk')
    expect(town.isUp(RUST)).toBe(false)
  })

  it('is the only one that comes back of five, side by side', async () => {
    const others = ['merged', 'squashed', 'submitted', 'failed'].map(polecat)
    const [merged = '', squashed = '', submitted = '', failed = ''] = others
    for (const [index, who] of others.entries()) {
      crashed(who, `de-x${index}`)
      commit(who, `file${index}`)
    }
    commit(RUST)
    merge(merged, '--no-ff', '--no-edit')
    merge(squashed, '--squash')
    fetch(squashed)
    submit('de-x2')
    const exiting = { timestamp: new Date().toISOString(), state: 'exiting', context: 'gt done', bead: 'de-x3' }
    if (kind === 'current') town.write('.runtime/heartbeats/de-failed.json', JSON.stringify(exiting))
    else town.setBead(failed, { state: 'done', hook: 'de-x3', updatedAt: longAgo })
    const document = await check()
    expect(deedsOf(document).filter((deed) => deed.startsWith('start'))).toEqual([`start ${RUST} done`])
    const expected = [`merged ${merged}`, `merged ${squashed}`, `submitted ${submitted}`]
    const failure = kind === 'current' ? [`failed-done ${failed}`] : []
    expect(verdicts(document).toSorted()).toEqual([...failure, ...expected])
    expect(document.exitCode).toBe(kind === 'current' ? 1 : 0)
    expect(noticesTo(WITNESS)).toHaveLength(expected.length + failure.length)
    for (const who of others) expect(town.isUp(who)).toBe(false)
  })
})
