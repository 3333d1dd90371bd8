import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CheckDocument, readDocument } from '../support/check-document.js'
import { type FakeTown, raiseTown } from '../support/fake-town.js'

const TOAST = 'gastown/polecats/toast'

let town: FakeTown

beforeEach(() => {
  town = raiseTown()
})
afterEach(() => town.end())

const check = async (): Promise<CheckDocument> => readDocument((await town.run(['--once', '--json'])).stdout)
const deedsOf = ({ actions }: CheckDocument): readonly string[] =>
  actions.map(({ kind, agent, outcome }) => `${kind} ${agent} ${outcome}`)

describe('much', () => {
  it('a mail of 1 MB is read and carried out', async () => {
    town.addRig('gastown')
    await town.wake('deacon', 'gastown/witness')
    town.raiseFlag('gastown/witness', 'cycle')
    const body = JSON.stringify({ action: 'cycle', reason: 'x'.repeat(1_000_000) })
    town.sendMail({ from: 'gastown/witness', subject: 'LIFECYCLE: x', body })
    expect(deedsOf(await check())).toEqual(['cycle gastown/witness done'])
    expect((town.read('daemon/daemon.log') ?? '').length).toBeLessThan(100_000)
  })

  it('5,000 mails hide no request', async () => {
    town.addRig('gastown')
    await town.wake('deacon', 'gastown/witness')
    for (let index = 0; index < 5000; index += 1) {
      town.sendMail({ id: `gm-n${index}`, from: 'overseer', subject: `note ${index}`, body: 'hello', secondsAgo: 9 })
    }
    town.raiseFlag('gastown/witness', 'cycle')
    town.sendMail({ from: 'gastown/witness', subject: 'LIFECYCLE: x', body: 'cycle' })
    const document = await check()
    expect(document.seen['mail']).toBe(5001)
    expect(deedsOf(document)).toEqual(['cycle gastown/witness done'])
  })

  it('300 crashed polecats are brought back five at a time', async () => {
    town.addRig('gastown')
    await town.wake('deacon', 'gastown/witness')
    town.addIssue({ id: 'gt-w1', status: 'hooked' })
    town.addWorker('gastown/polecats/p0')
    const worktree = town.read('gastown/polecats/p0/.git') ?? ''
    for (let index = 0; index < 300; index += 1) {
      const who = `gastown/polecats/p${index}`
      town.write(`${who}/.git`, worktree)
      town.setBead(who, { state: 'working', hook: 'gt-w1' })
    }
    const document = await check()
    expect(document.actions.filter(({ kind }) => kind === 'start')).toHaveLength(300)
    expect(document.actions.filter(({ outcome }) => outcome === 'done')).toHaveLength(5)
    expect(document.next.intervalSeconds).toBe(60)
    expect(town.tmux.sessions()).toHaveLength(7)
  })

  it('text that is no UTF-8 is read as well as it can be', async () => {
    town.addRig('gastown')
    town.addWorker(TOAST)
    town.addIssue({ id: 'gt-w1', status: 'hooked' })
    town.setBead(TOAST, { state: 'working', hook: 'gt-w1' })
    await town.wake('deacon', 'gastown/witness')
    const row = `[{"id":"gm-1","title":"LIFECYCLE: x","description":"cy\\377cle","status":"open","priority":2,"issue_type":"message","assignee":"deacon/","created_at":"2026-01-05T10:00:00Z","updated_at":"2026-01-05T10:00:00Z","labels":["from:gastown/witness"]}]`
    town.programs.spoil('bd', `case "$*" in *message*) printf '${row}'; exit 0;; esac\n`)
    const document = await check()
    expect(deedsOf(document).filter((deed) => deed.startsWith('start'))).toEqual([`start ${TOAST} done`])
    expect([0, 1, 3]).toContain(document.exitCode)
  })
})
