// Not tested: a check that is killed between two steps (the fault campaign does that); here the ledger it leaves is made by hand.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { carryOutRequest } from '../../../src/actions/carry-out-request.js'
import type { Performing } from '../../../src/actions/performing.js'
import type { CarryOut } from '../../../src/domain/action.js'
import type { Claim } from '../../../src/domain/ledger.js'
import type { Presence } from '../../../src/domain/session.js'
import { type FakeTown, raiseTown } from '../../support/fake-town.js'
import { agentOf } from '../../support/stage-names.js'
import { only, refuses } from '../../support/stand-ins.js'
import { attach, identityNow, performingIn, recordOnDisk, startOf } from './stage.js'

let fake: FakeTown
beforeEach(() => {
  fake = raiseTown()
  fake.addRig('gastown')
})
afterEach(() => fake.end())

const who = 'gastown/witness'

function request(verb: CarryOut['verb'], session: Presence, more: Partial<CarryOut> = {}): CarryOut {
  const mailId = fake.sendMail({ from: who, subject: `LIFECYCLE: witness requesting ${verb}`, body: verb })
  const agent = agentOf(who)
  const planned = {
    rule: 'lifecycle-requests',
    because: 'nothing speaks against it',
    claimed: false,
    hook: 'gt-7',
    clearFlag: true,
  }
  return { kind: verb, agent, mailId, verb, session, ...planned, ...more }
}

const claimOf = ({ town }: Performing, { mailId }: CarryOut): Claim | undefined => town.ledger.current().claims[mailId]

/** The ledger as a check leaves it that was killed right after its claim. */
function claimed(performing: Performing, action: CarryOut, more: Partial<Claim> = {}): CarryOut {
  const { mailId, session, verb } = action
  const claim: Claim = {
    address: who,
    verb,
    session,
    state: 'claimed',
    claimedAt: 1,
    changedAt: Date.now(),
    mailOpen: true,
    ...more,
  }
  performing.town.ledger.change((ledger) => ({ ...ledger, claims: { [mailId]: claim } }))
  return { ...action, claimed: true }
}

describe('a cycle', () => {
  it('is claimed, its mail deleted, the session replaced, the flag cleared, and written down as done', async () => {
    await fake.wake(who)
    fake.raiseFlag(who, 'cycle')
    const performing = performingIn(fake)
    const session = await identityNow(performing, who)
    const action = request('cycle', session)

    expect(await carryOutRequest(performing, action)).toMatchObject({
      outcome: 'done',
      detail: { session: 'gt-gastown-witness' },
    })

    expect(await identityNow(performing, who)).not.toEqual(session)
    expect(fake.tmux.sessions()).toHaveLength(1)
    expect(fake.issue(action.mailId)?.status).toBe('closed')
    expect(fake.flags(who)).toEqual({})
    expect(claimOf(performing, action)).toMatchObject({ state: 'done', mailOpen: false, session, address: who })
    expect(recordOnDisk(performing, who).starts).toMatchObject([{ by: 'request', outcome: 'started' }])
    expect((await startOf(fake, who)).env).toMatchObject({ GT_ROLE: 'witness' })
  })

  it('is claimed on disk before its mail is deleted, and that before anything else happens', async () => {
    await fake.wake(who)
    const performing = performingIn(fake)
    const action = request('cycle', await identityNow(performing, who))
    const copy = join(fake.stage, 'copy.json')
    const list = `work "$@" >/dev/null; tmux -S '${fake.tmux.socket}' ls -F '#{session_id}' >'${copy}.sessions'\n`
    fake.programs.spoil('gt', only('mail\\ delete*', `cp '${performing.town.ledger.path}' '${copy}'\n${list}exit 0\n`))
    await carryOutRequest(performing, action)
    expect(JSON.parse(readFileSync(copy, 'utf8')).claims[action.mailId]).toMatchObject({
      state: 'claimed',
      mailOpen: true,
    })
    expect(readFileSync(`${copy}.sessions`, 'utf8')).toContain('$0')
  })

  it('of an agent that has no session by now brings it up', async () => {
    const performing = performingIn(fake)
    const action = request('cycle', 'absent')
    expect(await carryOutRequest(performing, action)).toMatchObject({ outcome: 'done' })
    expect(fake.isUp(who)).toBe(true)
  })

  it('whose mail cannot be deleted is carried out all the same, once; the claim knows, and says so', async () => {
    await fake.wake(who)
    fake.programs.spoil('gt', refuses('the database is locked'))
    const performing = performingIn(fake)
    const action = request('cycle', await identityNow(performing, who))
    const outcome = await carryOutRequest(performing, action)
    expect(outcome).toMatchObject({ outcome: 'done', error: expect.stringContaining('the database is locked') })
    expect(claimOf(performing, action)).toMatchObject({ state: 'done', mailOpen: true })
  })

  it('whose mail is gone already is no failure', async () => {
    await fake.wake(who)
    const performing = performingIn(fake)
    const action = { ...request('cycle', await identityNow(performing, who)), mailId: 'gm-unknown' }
    const outcome = await carryOutRequest(performing, action)
    expect(outcome).toMatchObject({ outcome: 'done' })
    expect(outcome.error).toBeUndefined()
    expect(claimOf(performing, action)).toMatchObject({ state: 'done', mailOpen: false })
  })

  it('that ends the session but cannot make a new one stays open for the next check', async () => {
    await fake.wake(who)
    fake.raiseFlag(who, 'cycle')
    const performing = performingIn(fake, { settings: { launchShell: false, launch: launchOf('true') } })
    const action = request('cycle', await identityNow(performing, who))
    expect(await carryOutRequest(performing, action)).toMatchObject({
      outcome: 'failed',
      error: expect.stringContaining('ended at once'),
    })
    expect(claimOf(performing, action)).toMatchObject({
      state: 'killed',
      error: expect.stringContaining('ended at once'),
    })
    expect(recordOnDisk(performing, who).starts).toMatchObject([{ by: 'request', outcome: 'failed' }])
    expect(fake.flags(who)).toMatchObject({ requesting_cycle: true })

    const next = performingIn(fake)
    expect(await carryOutRequest(next, { ...action, claimed: true })).toMatchObject({ outcome: 'done' })
    expect(claimOf(next, action)).toMatchObject({ state: 'done' })
    expect(claimOf(next, action)).not.toHaveProperty('error')
    expect(fake.flags(who)).toEqual({})
  })
})

const launchOf = (program: string) => {
  const line = [program]
  return { deacon: line, mayor: line, witness: line, refinery: line, crew: line, polecat: line }
}

describe('a shutdown', () => {
  it('ends the session and stands the agent down with the hook it had', async () => {
    await fake.wake(who)
    fake.raiseFlag(who, 'shutdown')
    const performing = performingIn(fake)
    const action = request('shutdown', await identityNow(performing, who))
    expect(await carryOutRequest(performing, action)).toMatchObject({ outcome: 'done' })
    expect(fake.isUp(who)).toBe(false)
    expect(fake.flags(who)).toEqual({})
    expect(recordOnDisk(performing, who)).toMatchObject({ starts: [], standDown: { hook: 'gt-7' } })
  })
})

describe('a request is not claimed, and its mail stays', () => {
  it.each<[string, (performing: Performing) => Promise<unknown>, boolean]>([
    ['while a person is attached', () => attach(fake, who), false],
    [
      'while it has a second pane',
      async () => fake.tmux.tmux('split-window', '-t', `=${fake.session(who)}:`, 'sleep 600'),
      false,
    ],
    ['when its session was replaced since it was seen', () => replace(), true],
  ])('%s', async (_, happen, soon) => {
    await fake.wake(who)
    const performing = performingIn(fake)
    const action = request('cycle', await identityNow(performing, who))
    await happen(performing)
    const standing = await identityNow(performing, who)
    expect(await carryOutRequest(performing, action)).toMatchObject({
      outcome: 'deferred',
      action: { deferred: { soon } },
    })
    expect(await identityNow(performing, who)).toEqual(standing)
    expect(claimOf(performing, action)).toBeUndefined()
    expect(fake.issue(action.mailId)?.status).toBe('open')
  })

  it.each([
    ['while the gate is closed', { forbidden: () => 'ESTOP' }],
    ['with too little time left', { left: 30_000 }],
    ['while its program is missing', { settings: { launch: launchOf('/no/such/agent') } }],
  ])('%s', async (_, options) => {
    await fake.wake(who)
    const performing = performingIn(fake, options)
    const standing = await identityNow(performing, who)
    const action = request('restart', standing)
    expect(await carryOutRequest(performing, action)).toMatchObject({ outcome: 'deferred' })
    expect(await identityNow(performing, who)).toEqual(standing)
    expect(claimOf(performing, action)).toBeUndefined()
    expect(fake.issue(action.mailId)?.status).toBe('open')
  })
})

async function replace(): Promise<void> {
  fake.tmux.tmux('new-session', '-d', '-s', 'keeps-the-server', 'sleep', '600')
  fake.tmux.tmux('kill-session', '-t', `=${fake.session(who)}`)
  await fake.wake(who)
}

describe('what an earlier check claimed is finished by the identity of its session', () => {
  it('the same session still stands: it is replaced', async () => {
    await fake.wake(who)
    const performing = performingIn(fake)
    const session = await identityNow(performing, who)
    const action = claimed(performing, request('cycle', session))
    expect(await carryOutRequest(performing, action)).toMatchObject({ outcome: 'done' })
    expect(await identityNow(performing, who)).not.toEqual(session)
    expect(fake.issue(action.mailId)?.status).toBe('closed')
  })

  it('another one stands there, though made in the same second: nothing is ended', async () => {
    await fake.wake(who)
    const performing = performingIn(fake)
    const before = await identityNow(performing, who)
    await replace()
    const after = await identityNow(performing, who)
    fake.raiseFlag(who, 'cycle')
    const action = claimed(performing, request('cycle', before))
    expect(await carryOutRequest(performing, action)).toMatchObject({ outcome: 'done' })
    expect(await identityNow(performing, who)).toEqual(after)
    expect(claimOf(performing, action)).toMatchObject({ state: 'done', mailOpen: false })
    expect(fake.flags(who)).toEqual({})
  })

  it.each<[CarryOut['verb'], boolean]>([
    ['cycle', true],
    ['restart', true],
    ['shutdown', false],
  ])('none stands there, and it was a %s: up %s', async (verb, up) => {
    const performing = performingIn(fake)
    const action = claimed(performing, request(verb, { serverPid: 1, sessionId: '$1', paneStart: '1@1' }), {
      state: 'killed',
    })
    expect(await carryOutRequest(performing, action)).toMatchObject({ outcome: 'done' })
    expect(fake.isUp(who)).toBe(up)
    expect(recordOnDisk(performing, who).standDown !== undefined).toBe(!up)
  })

  it('another one stands there after a shutdown: it is not stood down', async () => {
    await fake.wake(who)
    const performing = performingIn(fake)
    const action = claimed(performing, request('shutdown', { serverPid: 1, sessionId: '$1', paneStart: '1@1' }))
    expect(await carryOutRequest(performing, action)).toMatchObject({ outcome: 'done' })
    expect(fake.isUp(who)).toBe(true)
    expect(recordOnDisk(performing, who).standDown).toBeUndefined()
  })

  it('nobody can tell: it waits', async () => {
    const performing = performingIn(fake)
    const action = claimed(performing, request('cycle', 'absent'))
    fake.programs.spoil('tmux', only('*list-panes*', refuses('no')))
    expect(await carryOutRequest(performing, action)).toMatchObject({
      outcome: 'deferred',
      blindSpot: { why: expect.any(String) },
    })
    expect(claimOf(performing, action)).toMatchObject({ state: 'claimed' })
  })

  it('a mail that was deleted before is not deleted again', async () => {
    const performing = performingIn(fake)
    const action = claimed(performing, request('cycle', 'absent'), { mailOpen: false })
    await carryOutRequest(performing, action)
    expect(fake.programs.calls().filter(({ program, args }) => program === 'gt' && args[0] === 'mail')).toEqual([])
  })
})
