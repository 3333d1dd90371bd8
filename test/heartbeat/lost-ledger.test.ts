import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CheckDocument, readDocument } from '../support/check-document.js'
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import { waitFor } from '../support/wait-for.js'

const LEDGER = 'daemon/heartbeat/ledger.json'

const losses: readonly (readonly [string, (path: string, town: FakeTown) => void])[] = [
  ['is broken', (_, town) => town.write(LEDGER, '{"half": ')],
  ['is missing', (path) => rmSync(path)],
  ['is a folder', (path) => [rmSync(path), mkdirSync(path)]],
  ['is a FIFO', (path) => [rmSync(path), execFileSync('mkfifo', [path])]],
]

describe.each(['classic', 'current'] as const)('in a %s town whose ledger.json', (kind) => {
  const rig = kind === 'classic' ? 'gastown' : 'demo'
  const [witness, refinery, joe, max] = ['witness', 'refinery', 'crew/joe', 'crew/max'].map((it) => `${rig}/${it}`)
  let town: FakeTown

  beforeEach(async () => {
    town = raiseTown({ kind })
    town.addRig(rig)
    for (const who of [refinery, joe, max]) town.addWorker(who ?? '')
    await town.wake('deacon', witness ?? '', refinery ?? '', joe ?? '')
  })
  afterEach(() => town.end())

  const check = async (...words: readonly string[]): Promise<CheckDocument> =>
    readDocument((await town.run(['--once', '--json', ...words])).stdout)
  const sessionOf = (who = '') => town.tmux.sessions().find(({ name }) => name === town.session(who))?.id
  const deedsOf = ({ actions }: CheckDocument): readonly string[] =>
    actions.map(({ kind: deed, agent, outcome }) => `${deed} ${agent} ${outcome}`).toSorted()
  const attention = ({ findings }: CheckDocument): readonly string[] =>
    findings
      .filter(({ wantsPerson }) => wantsPerson)
      .map(({ agent, verdict }) => `${verdict} ${agent}`)
      .toSorted()

  function ask(who = '', verb: string, secondsAgo = 0): string {
    if (kind === 'classic') town.raiseFlag(who, verb)
    const body = `{"action":"${verb}"}`
    return town.sendMail({ from: who, subject: `LIFECYCLE: ${who} requesting ${verb}`, body, secondsAgo })
  }

  it.each(losses)('%s, the requests that surely wait are carried out once, the others stay', async (_, lose) => {
    await check()
    await waitFor('the sessions are older than the requests', () => {
      const made = town.tmux.tmux('list-sessions', '-F', '#{session_created}').trim().split('\n')
      return made.every((second) => Date.now() - Number(second) * 1000 > 3000)
    })
    const waiting = [ask(witness, 'cycle'), ask(refinery, 'shutdown')]
    const doubtful = [ask(joe, 'cycle', 60), ask(max, 'restart', 60)]
    const before = [witness, joe].map(sessionOf)
    lose(join(town.root, LEDGER), town)
    const begun = Date.now()
    const first = await check()
    expect(Date.now() - begun).toBeLessThan(20_000)
    expect(deedsOf(first)).toEqual([`cycle ${witness} done`, `shutdown ${refinery} done`].toSorted())
    expect(first.exitCode).toBe(3)
    expect(JSON.stringify(first.blindSpots)).toContain(LEDGER)
    const second = await check()
    expect([second.exitCode, deedsOf(second)]).toEqual([1, []])
    for (const document of [first, second]) {
      expect(attention(document)).toEqual([`lost-ledger ${joe}`, `lost-ledger ${max}`])
    }
    expect([sessionOf(witness) === before[0], sessionOf(joe) === before[1]]).toEqual([false, true])
    expect([refinery, max].map((who = '') => town.isUp(who))).toEqual([false, false])
    const open = town.mails().filter(({ status }) => status === 'open')
    expect(open.map(({ id }) => id).toSorted()).toEqual(doubtful.toSorted())
    for (const mail of waiting) expect(town.issue(mail)?.status ?? 'gone').not.toBe('open')
  })
})
