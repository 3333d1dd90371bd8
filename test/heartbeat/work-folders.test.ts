import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CheckDocument, readDocument } from '../support/check-document.js'
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import type { StageKindName } from '../support/stage-kind.js'
import { put } from '../support/town-folder.js'
import { waitFor } from '../support/wait-for.js'

const RIG = 'demo'
const MAX = `${RIG}/crew/max`
const RUST = `${RIG}/polecats/rust`
const anyFolder = ['deacon', 'mayor', `${RIG}/witness`, `${RIG}/refinery`, MAX]

let town: FakeTown
afterEach(() => town.end())

const check = async (): Promise<CheckDocument> => readDocument((await town.run(['--once', '--json'])).stdout)
const deedsOf = ({ actions }: CheckDocument): readonly string[] =>
  actions.map(({ kind, agent, outcome }) => `${kind} ${agent} ${outcome}`)
const identity = (who: string): string | undefined =>
  town.tmux.sessions().find(({ name }) => name === town.session(who))?.id

async function ask(who: string): Promise<string> {
  town.raiseFlag(who, 'cycle')
  // tmux tells the age of a session in whole seconds: the mail must be younger.
  await waitFor('the next second', () => Date.now() % 1000 > 600)
  return town.sendMail({ from: who, subject: 'LIFECYCLE: x', body: 'cycle' })
}

describe.each<StageKindName>(['classic', 'current'])('the work folder in a %s town', (kind) => {
  beforeEach(async () => {
    town = raiseTown({ kind })
    town.addRig(RIG)
    await town.wake('deacon', `${RIG}/witness`)
  })

  it.each(anyFolder)('of %s need not be a git work tree: its own cycle is carried out', async (who) => {
    if (!town.isUp(who)) await town.wake(who)
    rmSync(join(town.folder(who), '.git'), { recursive: true, force: true })
    const before = identity(who)
    const mail = await ask(who)
    const document = await check()
    expect([document.exitCode, deedsOf(document)]).toEqual([0, [`cycle ${who} done`]])
    expect(document.actions[0]?.error).toBeUndefined()
    expect(identity(who)).toBeDefined()
    expect(identity(who)).not.toBe(before)
    expect(town.issue(mail)?.status).not.toBe('open')
  })

  it('of a polecat must be one: its own cycle is refused', async () => {
    await town.wake(RUST)
    const before = identity(RUST)
    const mail = await ask(RUST)
    const document = await check()
    expect(document).toMatchObject({ exitCode: 1, actions: [], findings: [{ agent: RUST, verdict: 'folder' }] })
    expect(identity(RUST)).toBe(before)
    expect(town.issue(mail)?.status).toBe('open')
  })

  // gt has a witness without a folder of its own work in that of its rig.
  const needsOwn = kind === 'classic' ? [`${RIG}/witness`] : []
  it.each([...needsOwn, `${RIG}/refinery`, MAX, RUST])(
    'of %s that is missing: its own cycle is refused, and its session stays',
    async (who) => {
      if (!town.isUp(who)) await town.wake(who)
      const before = identity(who)
      const mail = await ask(who)
      rmSync(town.folder(who), { recursive: true })
      const document = await check()
      expect(deedsOf(document)).toEqual([])
      expect(document.exitCode).toBe(1)
      expect(identity(who)).toBe(before)
      expect(town.issue(mail)?.status).toBe('open')
    },
  )

  it('of a crew member that is no work tree: the repository of the town around it is not touched', async () => {
    const git = (...words: readonly string[]): string =>
      execFileSync('git', words, { cwd: town.root, env: town.env, encoding: 'utf8' }).trim()
    git('init', '-q', '-b', 'main')
    git('add', 'mayor')
    git('commit', '-q', '-m', 'The town')
    const before = git('rev-parse', 'HEAD')
    git('clone', '-q', '--bare', '.', join(town.stage, 'origin.git'))
    git('remote', 'add', 'origin', join(town.stage, 'origin.git'))
    git('fetch', '-q', 'origin')
    git('remote', 'set-head', 'origin', 'main')
    const other = join(town.stage, 'other')
    git('clone', '-q', join(town.stage, 'origin.git'), other)
    put(join(other, 'news'), 'news\n')
    git('-C', other, 'add', 'news')
    git('-C', other, 'commit', '-q', '-m', 'News')
    git('-C', other, 'push', '-q', 'origin', 'main')
    mkdirSync(town.folder(MAX), { recursive: true })
    await town.wake(MAX)
    await ask(MAX)
    expect(deedsOf(await check())).toEqual([`cycle ${MAX} done`])
    expect(git('rev-parse', 'HEAD')).toBe(before)
    expect(git('rev-parse', 'origin/main')).toBe(before)
  })
})
