import { afterEach, beforeEach, expect, it } from 'vitest'
import { changeRecord } from '../../src/domain/ledger.js'
import { type CheckDocument, readDocument } from '../support/check-document.js'
import { digest } from '../support/digest.js'
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import { slow } from '../support/stand-ins.js'
import { waitFor } from '../support/wait-for.js'

const HOUR = 3_600_000
const MAX = 'gastown/crew/max'
const longAgo = new Date(Date.now() - 48 * HOUR)

let town: FakeTown

beforeEach(() => {
  town = raiseTown()
})
afterEach(() => town.end())

/** A town with one of everything that a check acts on. */
async function oneOfEverything(): Promise<void> {
  town.configure({ guppAfter: '1s', zombieGrace: '1s' })
  town.addRig('gastown', { ownDatabase: true })
  for (const who of ['gastown/polecats/crashed', 'gastown/polecats/stuck', 'gastown/polecats/fresh', MAX]) {
    town.addWorker(who)
  }
  town.addIssue({ id: 'gt-w1', status: 'hooked' }, 'gastown')
  await town.wake('mayor', 'gastown/polecats/stuck', 'gastown/polecats/fresh', MAX)
  await town.run(['--once'])
  await town.crash('deacon')
  await town.crash('gastown/witness')
  await town.leaveShell('gastown/witness')
  town.setBead('gastown/polecats/crashed', { state: 'working', hook: 'gt-w1' })
  town.setBead('gastown/polecats/stuck', { state: 'working', hook: 'gt-w1', updatedAt: longAgo })
  town.setBead('gastown/polecats/lost', { state: 'dead', hook: 'gt-w1' })
  town.setBead('gastown/refinery', { state: 'working', updatedAt: longAgo })
  town.changeLedger((ledger) =>
    changeRecord(
      changeRecord(
        changeRecord(ledger, 'deacon', () => ({ starts: [] })),
        'gastown/witness',
        () => ({ starts: [] }),
      ),
      'gastown/refinery',
      () => ({ starts: [], absentSince: Date.now() - HOUR }),
    ),
  )
  town.sendMail({ from: 'mayor', subject: 'POLECAT_STARTED gastown/fresh', body: 'Session: gt-gastown-fresh' })
  town.raiseFlag(MAX, 'cycle')
  town.sendMail({ from: MAX, subject: 'LIFECYCLE: first', body: 'cycle' })
  town.sendMail({ from: MAX, subject: 'LIFECYCLE: second', body: 'cycle' })
  town.raiseFlag('mayor', 'restart')
  town.sendMail({ from: 'mayor/', subject: 'LIFECYCLE: old', body: 'restart', secondsAgo: 8 * 3600 })
  town.sendMail({ from: 'overseer', subject: 'LIFECYCLE: who?', body: 'cycle' })
  town.write('daemon/requests/now', '')
}

const plan = ({ actions }: CheckDocument): readonly string[] =>
  actions.map(({ kind, agent, because }) => `${kind} ${agent}: ${because.replace(/\d+/g, 'N')}`)

it('a dry run changes not a byte and touches no session; the run after it does exactly what it said', async () => {
  await oneOfEverything()
  const dryRun = async (): Promise<CheckDocument> =>
    readDocument((await town.run(['--once', '--dry-run', '--json'])).stdout)
  await waitFor('the silent pane is silent, the zombie a zombie', async () => {
    const kinds = new Set((await dryRun()).actions.map(({ kind, agent }) => `${kind} ${agent}`))
    return kinds.has('notify gastown/polecats/stuck') && kinds.has('start gastown/witness')
  })
  const before = digest(town.root)
  const sessions = town.tmux.sessions()
  const screens = sessions.map(({ name }) => town.tmux.screen(name))
  const said = await dryRun()
  expect(digest(town.root)).toEqual(before)
  expect(town.tmux.sessions()).toEqual(sessions)
  expect(sessions.map(({ name }) => town.tmux.screen(name))).toEqual(screens)
  expect(new Set(said.actions.map(({ outcome }) => outcome))).toEqual(new Set(['would']))
  expect(new Set(said.actions.map(({ kind }) => kind))).toEqual(
    new Set(['start', 'record-spawns', 'trigger-spawn', 'cycle', 'close-mail', 'mark-dead', 'notify']),
  )
  const did = readDocument((await town.run(['--once', '--json'])).stdout)
  expect(plan(did)).toEqual(plan(said))
  expect(new Set(did.actions.map(({ outcome }) => outcome))).toEqual(new Set(['done']))
})

it('a dry run of a town that never was checked makes no file', async () => {
  town.addRig('gastown')
  const before = digest(town.root)
  const check = await town.run(['--once', '--dry-run'])
  expect(check.exitCode).toBe(0)
  expect(check.stdout).toContain('start deacon')
  expect(digest(town.root)).toEqual(before)
})

it('a dry run beside another check says so, and leaves', async () => {
  town.addRig('gastown')
  town.programs.spoil('bd', slow(1))
  const other = town.run(['--once'])
  await waitFor('the other one looks', () => town.programs.calls().some(({ program }) => program === 'bd'))
  expect((await town.run(['--once', '--dry-run'])).exitCode).toBe(75)
  expect((await other).exitCode).toBe(0)
})
