import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CheckDocument, readDocument } from '../support/check-document.js'
import { type Check, type FakeTown, raiseTown } from '../support/fake-town.js'

let town: FakeTown

beforeEach(() => {
  town = raiseTown()
})
afterEach(() => town.end())

const check = async (): Promise<CheckDocument> => readDocument((await town.run(['--once', '--json'])).stdout)
const deedsOf = ({ actions }: CheckDocument): readonly string[] =>
  actions.map(({ kind, agent, outcome }) => `${kind} ${agent} ${outcome}`)

describe('hostile names', () => {
  const HOSTILE = ['-x', 'a b', 'a:b', '$(touch pwned)', 'new\nline', '`id`', "quo'te", '.hidden', 'a.b']

  /** Words of programs that name somebody who must not be named. */
  const hostileWords = ({ calls }: Check): readonly string[] =>
    calls
      .flatMap(({ args }) => args)
      .filter((word) =>
        HOSTILE.some((name) => word === name || word.includes(`/${name}`) || word.includes(`gt-${name}`)),
      )

  it('of rigs are skipped with a finding, and reach no program', async () => {
    const rigs = Object.fromEntries([...HOSTILE, '../x', '', 'fine'].map((name) => [name, {}]))
    town.write('mayor/rigs.json', JSON.stringify({ version: 1, rigs }))
    mkdirSync(join(town.root, 'fine/witness'), { recursive: true })
    const ended = await town.run(['--once', '--json'])
    const document = readDocument(ended.stdout)
    expect(deedsOf(document)).toEqual(['start deacon done', 'start fine/witness done'])
    expect(document.findings.filter(({ verdict }) => verdict === 'skipped-name')).toHaveLength(HOSTILE.length + 2)
    expect(hostileWords(ended)).toEqual([])
    expect(existsSync(join(town.root, 'pwned'))).toBe(false)
  })

  it('of polecats are skipped with a finding, and reach no program', async () => {
    town.addRig('gastown')
    await town.wake('deacon', 'gastown/witness')
    for (const name of [...HOSTILE, 'witness', 'refinery']) {
      mkdirSync(join(town.root, 'gastown/polecats', name))
    }
    const ended = await town.run(['--once', '--json'])
    const document = readDocument(ended.stdout)
    expect(deedsOf(document)).toEqual([])
    const skipped = document.findings.filter(({ verdict }) => verdict === 'skipped-name')
    expect(skipped.length).toBeGreaterThanOrEqual(HOSTILE.length + 1)
    expect(hostileWords(ended)).toEqual([])
  })

  it('of senders and of sessions in a spawn are refused', async () => {
    town.addRig('gastown')
    await town.wake('deacon', 'gastown/witness')
    for (const from of ['$(id)', '../../etc', '-t', 'gastown/polecats/../../x']) {
      town.sendMail({ from, subject: 'LIFECYCLE: x', body: 'shutdown' })
    }
    town.sendMail({ from: 'x', subject: 'POLECAT_STARTED gastown/toast', body: 'Session: =gt-deacon' })
    town.sendMail({ from: 'x', subject: 'POLECAT_STARTED ../x/y', body: 'Session: $(id)' })
    const before = town.tmux.sessions()
    await check()
    expect(town.tmux.sessions()).toEqual(before)
    for (const { name } of before) expect(town.tmux.screen(name)).not.toContain('Begin')
  })

  it('that make two agents one session are never touched', async () => {
    town.addRig('a')
    town.addRig('a-b')
    for (const who of ['a/polecats/b-c', 'a-b/polecats/c']) {
      town.addWorker(who)
      town.setBead(who, { state: 'working', hook: 'gt-w1' })
    }
    town.addIssue({ id: 'gt-w1', status: 'hooked' })
    await town.wake('deacon', 'a/witness', 'a-b/witness')
    const document = await check()
    expect(deedsOf(document)).toEqual([])
    expect(town.isUp('a/polecats/b-c')).toBe(false)
  })
})
