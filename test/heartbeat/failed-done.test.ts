import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CheckDocument, readDocument } from '../support/check-document.js'
import { type FakeTown, raiseTown } from '../support/fake-town.js'

const WITNESS = 'demo/witness'
const RUST = 'demo/polecats/rust'
const MINUTE = 60_000

let town: FakeTown

const check = async (): Promise<CheckDocument> => readDocument((await town.run(['--once', '--json'])).stdout)
const deedsOf = ({ actions }: CheckDocument): readonly string[] =>
  actions.map(({ kind, agent, outcome }) => `${kind} ${agent} ${outcome}`)
const ago = (minutes: number): Date => new Date(Date.now() - minutes * MINUTE)

/** As gt writes it when its agent calls `gt done`. */
const exiting = (minutes: number, state = 'exiting'): void =>
  town.write(
    '.runtime/heartbeats/de-rust.json',
    JSON.stringify({ timestamp: ago(minutes).toISOString(), state, context: 'gt done', bead: 'de-w1' }),
  )
const work = (minutes: number): void =>
  town.addIssue({ id: 'de-w1', status: 'hooked', assignee: RUST, updated_at: ago(minutes).toISOString() }, 'demo')

beforeEach(async () => {
  town = raiseTown({ kind: 'current' })
  town.addRig('demo')
  town.addWorker(RUST)
  work(60)
  town.setBead(RUST, { state: 'working', hook: 'de-w1', updatedAt: ago(60) })
  await town.wake('deacon', WITNESS)
})
afterEach(() => town.end())

describe('a polecat whose gt done failed', () => {
  it('needs attention at once, and its witness is told once', async () => {
    exiting(1)
    const first = await check()
    expect([first.exitCode, first.verdict, deedsOf(first)]).toEqual([1, 'warning', [`notify ${RUST} done`]])
    expect(first.findings).toMatchObject([{ agent: RUST, verdict: 'failed-done', wantsPerson: true }])
    const next = await check()
    expect([next.exitCode, deedsOf(next)]).toEqual([1, []])
    expect(town.mails(WITNESS).map(({ title }) => title)).toEqual(['FAILED_DONE: gt done of demo/rust failed'])
  })

  it('is started ten minutes later if nothing has happened to its work', async () => {
    exiting(11)
    const document = await check()
    expect([document.exitCode, deedsOf(document)]).toEqual([0, [`start ${RUST} done`]])
  })

  it('is started after exitingGrace, and the next check comes by then', async () => {
    exiting(1)
    town.configure({ exitingGrace: '3m' })
    const first = await check()
    expect(first.findings[0]?.because).toContain(
      'its gt done failed; restarted after 3m if nothing happens to its work',
    )
    expect(first.next?.intervalSeconds).toBeLessThanOrEqual(120)
    town.configure({ exitingGrace: '1m' })
    expect(deedsOf(await check())).toEqual([`start ${RUST} done`])
  })

  it('is started at once if its work was given to it again', async () => {
    exiting(5)
    work(4)
    expect(deedsOf(await check())).toEqual([`start ${RUST} done`])
  })

  it('stays down if its work was closed meanwhile, or given to another polecat', async () => {
    exiting(11)
    town.addIssue({ id: 'de-w1', status: 'closed', assignee: RUST }, 'demo')
    expect(deedsOf(await check())).toEqual([])
    town.addIssue({ id: 'de-w1', status: 'hooked', assignee: 'demo/polecats/chrome' }, 'demo')
    expect(deedsOf(await check())).toEqual([])
  })

  it('has not failed if gt set it to idle afterwards: it paused, and is left to its witness', async () => {
    exiting(1)
    town.setBead(RUST, { state: 'idle', updatedAt: ago(0) })
    const document = await check()
    expect([document.exitCode, deedsOf(document)]).toEqual([0, [`notify ${RUST} done`]])
    expect(document.findings).toMatchObject([{ agent: RUST, verdict: 'restrained' }])
  })

  it('has crashed if the last word of its session is that it works', async () => {
    exiting(1, 'working')
    expect(deedsOf(await check())).toEqual([`start ${RUST} done`])
  })
})
