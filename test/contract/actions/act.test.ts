import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { act } from '../../../src/act.js'
import type { Action, CarryOut, Notify, Start } from '../../../src/domain/action.js'
import { processOf } from '../../../src/ports/processes.js'
import { type FakeTown, raiseTown } from '../../support/fake-town.js'
import { agentOf } from '../../support/stage-names.js'
import { only, refuses } from '../../support/stand-ins.js'
import { identityNow, performingIn, startOfAgent } from './stage.js'

let fake: FakeTown
beforeEach(() => {
  fake = raiseTown()
  fake.addRig('gastown')
})
afterEach(() => fake.end())

const plan = (...actions: readonly Action[]) => ({ actions, findings: [] })
const notice = (subject: string): Notify => ({
  kind: 'notify',
  rule: 'test',
  because: 'so',
  agent: agentOf('gastown/polecats/toast'),
  key: `CRASHED_POLECAT|gastown/polecats/toast|${subject}`,
  to: 'gastown/witness',
  subject,
  body: 'First.\nrestart_error: \n',
})
const close = (mailId: string): Action => ({
  kind: 'close-mail',
  rule: 'test',
  because: 'so',
  agent: undefined,
  mailId,
  clearFlag: undefined,
})

describe('a round of deeds', () => {
  it('does each, and says in the order of the plan how it went; one failure stops none', async () => {
    await fake.wake('gastown/crew/max')
    const performing = performingIn(fake, { settings: { worktree: false } })
    fake.addWorker('gastown/polecats/toast')
    const id = fake.sendMail({ from: 'mayor/', subject: 'LIFECYCLE: x', body: 'cycle' })
    const request: CarryOut = {
      kind: 'shutdown',
      verb: 'shutdown',
      rule: 'test',
      because: 'so',
      agent: agentOf('gastown/crew/max'),
      mailId: fake.sendMail({ from: 'x', subject: 'LIFECYCLE: y', body: 'shutdown' }),
      session: await identityNow(performing, 'gastown/crew/max'),
      claimed: false,
      hook: null,
      clearFlag: false,
    }
    const actions = [
      startOfAgent('deacon'),
      startOfAgent('gastown/refinery'),
      close(id),
      request,
      startOfAgent('gastown/polecats/toast'),
      startOfAgent('gastown/witness'),
      notice('A'),
    ]
    const outcomes = await act(performing, plan(...actions))
    expect(outcomes.map(({ action }) => action)).toEqual(actions)
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['done', 'failed', 'done', 'done', 'done', 'done', 'done'])
    expect(fake.tmux.sessions().map(({ name }) => name)).toEqual([
      'gt-deacon',
      'gt-gastown-toast',
      'gt-gastown-witness',
    ])
  })

  it('leaves what is deferred as it is', async () => {
    const deferred = { because: 'enough for one check', soon: true }
    const action: Start = startOfAgent('deacon', { deferred })
    expect(await act(performingIn(fake), plan(action))).toEqual([{ action, outcome: 'deferred' }])
    expect(fake.programs.calls()).toEqual([])
  })

  it('lets a polecat wait until its witness has been started', async () => {
    fake.addWorker('gastown/polecats/toast')
    const performing = performingIn(fake, { settings: { worktree: false } })
    await act(performing, plan(startOfAgent('gastown/polecats/toast'), startOfAgent('gastown/witness')))
    const made = fake.programs.calls().filter(({ program, args }) => program === 'tmux' && args.includes('new-session'))
    expect(made.map(({ args }) => args[args.indexOf('-s') + 1])).toEqual(['gt-gastown-witness', 'gt-gastown-toast'])
  })

  it('starts the others although a polecat is slow to be brought up to date', async () => {
    fake.addWorker('gastown/polecats/toast')
    fake.programs.spoil('git', only('fetch*', 'sleep 600\n'))
    const performing = performingIn(fake, { settings: { deadline: 1000 } })
    const outcomes = await act(performing, plan(startOfAgent('gastown/polecats/toast'), startOfAgent('deacon')))
    expect(outcomes).toMatchObject([
      { outcome: 'done', error: expect.stringContaining('timed out') },
      { outcome: 'done' },
    ])
  })
})

describe('a start that fails', () => {
  const broken = startOfAgent('gastown/polecats/toast', { otherwise: notice('CRASHED') })

  it('is followed by the notice that was planned for that case, with the reason in it', async () => {
    const outcomes = await act(performingIn(fake), plan(broken))
    expect(outcomes).toMatchObject([
      { outcome: 'failed', action: { kind: 'start' } },
      { outcome: 'done', action: { kind: 'notify' } },
    ])
    const [mail] = fake.mails('gastown/witness')
    expect(mail?.description).toContain(
      `restart_error: its work folder ${fake.folder('gastown/polecats/toast')} does not exist`,
    )
  })

  it('or does not even begin, is not', async () => {
    const outcomes = await act(performingIn(fake, { forbidden: () => 'ESTOP' }), plan(broken))
    expect(outcomes).toMatchObject([{ outcome: 'deferred' }])
    expect(fake.mails('gastown/witness')).toEqual([])
  })
})

describe('what goes wrong in a performer itself', () => {
  it('is a failure of that action', async () => {
    const performing = performingIn(fake)
    const forbidden = (): Promise<string | undefined> => Promise.reject(new Error('no such gate'))
    const outcomes = await act({ ...performing, forbidden }, plan(startOfAgent('deacon'), close('gm-1')))
    expect(outcomes).toMatchObject([{ outcome: 'failed', error: 'no such gate' }, { outcome: 'done' }])
  })

  it('like a ledger that cannot be written: nothing is started that was not counted', async () => {
    const performing = performingIn(fake)
    const change = () => {
      throw new Error('no space left')
    }
    const town = { ...performing.town, ledger: { ...performing.town.ledger, change } }
    const outcomes = await act({ ...performing, town }, plan(startOfAgent('deacon')))
    expect(outcomes).toMatchObject([{ outcome: 'failed', error: 'no space left' }])
    expect(fake.tmux.sessions()).toEqual([])
  })
})

it('an agent for whom a program of an earlier check runs and does not end is left alone; the others are not', async () => {
  // No leader of a group, so that its group cannot be ended.
  const child = spawn('sleep', ['600'], { stdio: 'ignore' })
  const pid = child.pid ?? 0
  const record = { pid, startTime: processOf(pid)?.startTime ?? '', program: 'git', address: 'deacon' }
  const performing = performingIn(fake)
  performing.town.ledger.change((ledger) => ({ ...ledger, children: [record] }))
  const outcomes = await act(performing, plan(startOfAgent('deacon'), startOfAgent('gastown/witness')))
  child.kill('SIGKILL')
  expect(outcomes).toMatchObject([{ outcome: 'deferred', action: { deferred: { soon: true } } }, { outcome: 'done' }])
  expect(performing.town.ledger.current().children).toEqual([record])
})

it('the ledger of a whole round can be read by the next check', async () => {
  const performing = performingIn(fake)
  fake.programs.spoil('gt', refuses('no'))
  await act(performing, plan(startOfAgent('deacon'), notice('A')))
  const ledger = JSON.parse(readFileSync(join(fake.root, 'daemon/heartbeat/ledger.json'), 'utf8'))
  expect(ledger).toMatchObject({ children: [], notices: {}, agents: { deacon: { starts: [{ outcome: 'started' }] } } })
})
