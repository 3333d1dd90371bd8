// Marks, notices and closed mail: what a check writes into the town's records.
import { chmodSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { closeMail } from '../../../src/actions/close-mail.js'
import { markDead } from '../../../src/actions/mark-dead.js'
import { notify } from '../../../src/actions/notify.js'
import type { CloseMail, MarkDead, Notify } from '../../../src/domain/action.js'
import { describedAgent } from '../../../src/domain/description.js'
import type { AgentBead } from '../../../src/domain/snapshot.js'
import { type FakeTown, raiseTown } from '../../support/fake-town.js'
import { agentOf } from '../../support/stage-names.js'
import { hang, only, prose, refuses } from '../../support/stand-ins.js'
import { performingIn } from './stage.js'

let fake: FakeTown
beforeEach(() => {
  fake = raiseTown()
  fake.addRig('gastown', { ownDatabase: true })
})
afterEach(() => fake.end())

const planned = { rule: 'test', because: 'so' }

describe('an agent that is marked dead', () => {
  const who = 'gastown/witness'
  const old = new Date(Date.now() - 3_600_000)

  function mark(more: Partial<AgentBead> = {}): MarkDead {
    const issue = fake.bead(who)
    const { state, hook } = describedAgent(issue.description)
    const database = join(fake.root, 'gastown/mayor/rig')
    const { id, description } = issue
    const bead = { id, database, state, hook, updatedAt: Date.parse(issue.updated_at), description, ...more }
    return { kind: 'mark-dead', ...planned, agent: agentOf(who), bead }
  }

  it('has its state changed in the database it was read from, a dated note, and nothing else', async () => {
    fake.setBead(who, { state: 'running', hook: 'gt-7', updatedAt: old })
    const before = fake.bead(who).description
    expect(await markDead(performingIn(fake), mark())).toMatchObject({ outcome: 'done', detail: { was: 'running' } })
    const after = fake.bead(who).description
    expect(after.startsWith(before.replace('agent_state: running', 'agent_state: dead'))).toBe(true)
    expect(after).toMatch(/\n\nMarked dead by gt-heartbeat at \d{4}-\d\d-\d\dT\S+ \(was running, .*\)$/)
    const [update] = fake.programs.calls().filter(({ program, args }) => program === 'bd' && args[0] === 'update')
    expect(update?.cwd).toBe(join(fake.root, 'gastown/mayor/rig'))
  })

  it.each<[string, Partial<AgentBead>]>([
    ['was updated', { updatedAt: old.getTime() - 1 }],
    ['says something else', { state: 'working' }],
    ['has other work on its hook', { hook: 'gt-8' }],
  ])('is not, when its bead %s meanwhile', async (_, seen) => {
    fake.setBead(who, { state: 'running', hook: 'gt-7', updatedAt: old })
    const before = fake.bead(who)
    expect(await markDead(performingIn(fake), mark(seen))).toMatchObject({ outcome: 'deferred' })
    expect(fake.bead(who)).toEqual(before)
  })

  it('is not, when it has a session again', async () => {
    fake.setBead(who, { state: 'running', updatedAt: old })
    await fake.wake(who)
    expect(await markDead(performingIn(fake), mark())).toMatchObject({ outcome: 'deferred' })
    expect(describedAgent(fake.bead(who).description).state).toBe('running')
  })

  it.each([
    ['bd', only('*show*', refuses('no'))],
    ['bd', only('*show*', prose)],
    ['tmux', refuses('no')],
  ])('is not, when %s cannot tell: a blind spot', async (program, lines) => {
    fake.setBead(who, { state: 'running', updatedAt: old })
    const action = mark()
    fake.programs.spoil(program, lines)
    expect(await markDead(performingIn(fake), action)).toMatchObject({
      outcome: 'deferred',
      blindSpot: { why: expect.any(String) },
    })
    expect(describedAgent(fake.bead(who).description).state).toBe('running')
  })

  it('fails with the words of bd when it cannot be written', async () => {
    fake.setBead(who, { state: 'running', updatedAt: old })
    fake.programs.spoil('bd', only('update*', refuses('database is locked')))
    expect(await markDead(performingIn(fake), mark())).toMatchObject({
      outcome: 'failed',
      error: expect.stringContaining('locked'),
    })
  })
})

describe('a notice', () => {
  const key = 'ORPHANED_WORK|gastown/polecats/toast|gt-7'
  const notice: Notify = {
    kind: 'notify',
    ...planned,
    agent: agentOf('gastown/polecats/toast'),
    key,
    to: 'gastown/witness',
    subject: 'ORPHANED_WORK: toast has $(id) "work"',
    body: 'First line.\nhook_bead: gt-7\n',
  }
  const noticeIn = (performing: ReturnType<typeof performingIn>) => performing.town.ledger.current().notices[key]
  const sent = () => fake.mails('gastown/witness')

  it('comes from the checker, whoever runs it, and is remembered', async () => {
    const performing = performingIn(fake, { env: { GT_ROLE: 'mayor', BD_ACTOR: 'mayor' } })
    expect(await notify(performing, notice)).toMatchObject({ outcome: 'done' })
    expect(sent()).toMatchObject([
      { title: notice.subject, description: notice.body, created_by: 'gt-heartbeat/check' },
    ])
    expect(noticeIn(performing)).toMatchObject({ state: 'sent', to: notice.to, subject: notice.subject })
  })

  it('holds no secret: neither what looks like one nor what the environment calls one', async () => {
    const [token, password] = ['sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789', 'correct-horse-battery']
    const performing = performingIn(fake, { env: { DEPLOY_PASSWORD: password } })
    const telling = {
      ...notice,
      subject: `STALLED ${password}`,
      body: `Its last lines:\nexport KEY=${token}\n${password}\n`,
    }
    expect(await notify(performing, telling)).toMatchObject({ outcome: 'done' })
    const [mail] = sent()
    expect(mail?.title).toMatch(/^STALLED /)
    expect(mail?.description).toMatch(/^Its last lines:\n/)
    for (const secret of [token, password]) {
      expect(JSON.stringify(mail)).not.toContain(secret)
      expect(JSON.stringify(performing.town.ledger.current())).not.toContain(secret)
    }
  })

  it('that never began is tried again by the next check', async () => {
    fake.programs.uninstall('gt')
    const performing = performingIn(fake)
    expect(await notify(performing, notice)).toMatchObject({ outcome: 'failed' })
    expect(noticeIn(performing)).toBeUndefined()
  })

  it.each([
    ['fails', refuses('no such mailbox')],
    ['ends well with an error', 'echo "Error: no such mailbox"\nexit 0\n'],
  ])('whose gt %s is looked for first by the next check: not there, so it is sent', async (_, lines) => {
    fake.programs.spoil('gt', lines)
    const performing = performingIn(fake)
    expect(await notify(performing, notice)).toMatchObject({
      outcome: 'failed',
      error: expect.stringContaining('no such mailbox'),
    })
    expect(noticeIn(performing)).toMatchObject({ state: 'sending' })
    fake.programs.mend('gt')
    expect(await notify(performingIn(fake), notice)).toMatchObject({ outcome: 'done' })
    expect(sent()).toHaveLength(1)
  })

  it('is not taken for one of the same words that was sent the last time', async () => {
    const performing = performingIn(fake)
    performing.town.ledger.change((ledger) => ({
      ...ledger,
      notices: { [key]: { state: 'sending', at: Date.now(), to: notice.to, subject: notice.subject } },
    }))
    const created_at = new Date(Date.now() - 7 * 3_600_000).toISOString()
    fake.addIssue({ id: 'gm-1', title: notice.subject, issue_type: 'message', assignee: notice.to, created_at })
    expect(await notify(performing, notice)).toMatchObject({ outcome: 'done', detail: { to: notice.to } })
    expect(sent()).toHaveLength(2)
  })

  it('that was killed halfway is looked for first: not there, so it is sent', async () => {
    fake.programs.spoil('gt', hang)
    const first = performingIn(fake, { settings: { deadline: 300 } })
    expect(await notify(first, notice)).toMatchObject({ outcome: 'failed' })
    expect(noticeIn(first)).toMatchObject({ state: 'sending' })
    fake.programs.mend('gt')
    expect(await notify(performingIn(fake), notice)).toMatchObject({ outcome: 'done' })
    expect(sent()).toHaveLength(1)
  })

  it.each(['open', 'closed'])(
    'that an earlier check sent and did not see sent is not sent twice (it is %s)',
    async (status) => {
      const performing = performingIn(fake)
      performing.town.ledger.change((ledger) => ({
        ...ledger,
        notices: { [key]: { state: 'sending', at: Date.now(), to: notice.to, subject: notice.subject } },
      }))
      const type = { issue_type: 'message', assignee: notice.to }
      fake.addIssue({ id: 'gm-1', title: notice.subject, status, ...type })
      expect(await notify(performing, notice)).toMatchObject({
        outcome: 'done',
        detail: { mail: 'sent by an earlier check' },
      })
      expect(sent()).toHaveLength(1)
      expect(noticeIn(performing)?.state).toBe('sent')
    },
  )

  it.each([
    ['is not sent again when it lies in the mail since then', 60, 0, 1],
    ['is sent when an older one of the same words lies in the mail', 7 * 3600, 0, 2],
    ['is sent without a look once the loss is as long ago as a notice lasts', 60, 6 * 3600, 2],
  ])('that a lost ledger may have held %s', async (_, mailAge, lossAge, mails) => {
    const performing = performingIn(fake)
    performing.town.ledger.change((ledger) => ({ ...ledger, lostAt: Date.now() - lossAge * 1000 }))
    const created_at = new Date(Date.now() - mailAge * 1000).toISOString()
    fake.addIssue({ id: 'gm-1', title: notice.subject, issue_type: 'message', assignee: notice.to, created_at })
    expect(await notify(performing, notice)).toMatchObject({ outcome: 'done' })
    expect(sent()).toHaveLength(mails)
    const { state, at = 0 } = noticeIn(performing) ?? {}
    expect([state, Math.abs(Date.now() - at) < 90_000]).toEqual(['sent', true])
  })

  it('of which nobody can tell whether it was sent waits', async () => {
    const performing = performingIn(fake)
    performing.town.ledger.change((ledger) => ({
      ...ledger,
      notices: { [key]: { state: 'sending', at: Date.now(), to: notice.to, subject: notice.subject } },
    }))
    fake.programs.spoil('bd', prose)
    expect(await notify(performing, notice)).toMatchObject({
      outcome: 'deferred',
      blindSpot: { why: expect.any(String) },
    })
    expect(sent()).toEqual([])
    expect(noticeIn(performing)?.state).toBe('sending')
  })

  it('is not sent while the gate is closed', async () => {
    expect(await notify(performingIn(fake, { forbidden: () => 'parked' }), notice)).toMatchObject({
      outcome: 'deferred',
    })
    expect(sent()).toEqual([])
  })
})

describe('a mail of which nothing more is wanted', () => {
  const close = (mailId: string, more: Partial<CloseMail> = {}): CloseMail => ({
    kind: 'close-mail',
    ...planned,
    agent: undefined,
    mailId,
    clearFlag: undefined,
    ...more,
  })

  it('is closed, and the claim on it knows', async () => {
    const id = fake.sendMail({ from: 'mayor/', subject: 'LIFECYCLE: x', body: 'cycle' })
    const performing = performingIn(fake)
    const claim = {
      address: 'mayor',
      verb: 'cycle',
      session: 'absent',
      state: 'done',
      claimedAt: 1,
      changedAt: Date.now(),
      mailOpen: true,
    } as const
    performing.town.ledger.change((ledger) => ({ ...ledger, claims: { [id]: claim } }))
    expect(await closeMail(performing, close(id))).toMatchObject({ outcome: 'done' })
    expect(fake.issue(id)?.status).toBe('closed')
    expect(performing.town.ledger.current().claims[id]?.mailOpen).toBe(false)
  })

  it('may be gone already', async () => {
    expect(await closeMail(performingIn(fake), close('gm-unknown'))).toMatchObject({ outcome: 'done' })
  })

  it('that cannot be closed is left for later, and a blind spot with the words of bd', async () => {
    fake.programs.spoil('bd', refuses('database is locked'))
    expect(await closeMail(performingIn(fake), close('gm-1'))).toMatchObject({
      outcome: 'deferred',
      blindSpot: { why: expect.stringContaining('locked') },
    })
  })

  it('waits for the next check when there is too little time', async () => {
    expect(await closeMail(performingIn(fake, { left: 1000 }), close('gm-1'))).toMatchObject({
      outcome: 'deferred',
      action: { deferred: { soon: true } },
    })
  })

  it('takes the flag of a superseded request with it; the rest of the file, its mode too, stays', async () => {
    const id = fake.sendMail({ from: 'mayor/', subject: 'LIFECYCLE: x', body: 'cycle' })
    const path = join(fake.root, 'mayor/state.json')
    fake.write(
      'mayor/state.json',
      '{\n    "z": 1.0,\n    "requesting_cycle": true,\n    "10": 12345678901234567890,\n    "requesting_time": "x"\n}\n',
    )
    chmodSync(path, 0o640)
    const action = close(id, { agent: { role: 'mayor' }, clearFlag: 'cycle' })
    expect(await closeMail(performingIn(fake), action)).toMatchObject({ outcome: 'done' })
    expect(fake.read('mayor/state.json')).toBe('{\n    "z": 1.0,\n    "10": 12345678901234567890\n}\n')
    expect(statSync(path).mode & 0o777).toBe(0o640)
  })

  it('is closed although its flag cannot be cleared, which is said', async () => {
    const id = fake.sendMail({ from: 'mayor/', subject: 'LIFECYCLE: x', body: 'cycle' })
    fake.write('mayor/state.json', '{"requesting_cycle": true')
    const action = close(id, { agent: { role: 'mayor' }, clearFlag: 'cycle' })
    expect(await closeMail(performingIn(fake), action)).toMatchObject({
      outcome: 'failed',
      error: expect.stringContaining('mayor/state.json'),
    })
    expect(fake.issue(id)?.status).toBe('closed')
    expect(fake.read('mayor/state.json')).toBe('{"requesting_cycle": true')
  })
})
