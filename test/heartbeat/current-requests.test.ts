import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { changeRecord } from '../../src/domain/ledger.js'
import { type CheckDocument, readDocument } from '../support/check-document.js'
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import { killsTheCheckAfter, killsTheCheckBefore, only, refuses } from '../support/stand-ins.js'
import { waitFor } from '../support/wait-for.js'

const WITNESS = 'demo/witness'
const REFINERY = 'demo/refinery'
const JOE = 'demo/crew/joe'
const RUST = 'demo/polecats/rust'
const HOUR = 3600

let town: FakeTown

beforeEach(async () => {
  town = raiseTown({ kind: 'current' })
  town.addRig('demo')
  await town.wake('deacon', WITNESS)
})
afterEach(() => town.end())

const check = async (...words: readonly string[]): Promise<CheckDocument> =>
  readDocument((await town.run(['--once', '--json', ...words])).stdout)

const identity = (who: string): string | undefined =>
  town.tmux.sessions().find(({ name }) => name === town.session(who))?.id

const deedsOf = ({ actions }: CheckDocument): readonly string[] =>
  actions.map(({ kind, agent, outcome }) => `${kind} ${agent} ${outcome}`)

/** As an agent asks: by gt, in its own name. */
function askByGt(who: string, verb: string): void {
  const words = ['mail', 'send', 'deacon/', '-s', `LIFECYCLE: ${who} requesting ${verb}`, '-m', `{"action":"${verb}"}`]
  const env = { ...town.env, GT_ROLE: who, BD_ACTOR: who }
  execFileSync(join(town.programs.bin, 'gt'), [...words, '--no-notify'], { cwd: town.folder(who), env })
}

interface Asking {
  readonly verb?: string
  readonly from?: string
  readonly secondsAgo?: number
}

const ask = (who: string, { verb = 'cycle', from = who, secondsAgo = 0 }: Asking = {}): string =>
  town.sendMail({ from, subject: `LIFECYCLE: ${from} requesting ${verb}`, body: `{"action":"${verb}"}`, secondsAgo })

/** A polecat, crew member or refinery needs its place first. */
async function employ(who: string): Promise<void> {
  if (who.split('/').length > 2 || who === REFINERY) town.addWorker(who)
  if (!town.isUp(who)) await town.wake(who)
}

const startsOfGt = () =>
  town.programs
    .calls()
    .filter(({ program, args }) => program === 'gt' && (args[1] === 'start' || args[1] === 'restart'))

describe('a lifecycle request in a current town', () => {
  const everybody = ['deacon', 'mayor', WITNESS, REFINERY, JOE, RUST]

  it.each(everybody)('of %s is carried out by its mail alone, cycle, restart and shutdown, each once', async (who) => {
    await employ(who)
    for (const verb of ['cycle', 'restart', 'shutdown']) {
      const before = identity(who)
      // A session younger than the mail, by whole seconds.
      await waitFor('the next second', () => Date.now() % 1000 > 600)
      askByGt(who, verb)
      const document = await check()
      expect(deedsOf(document)).toEqual([`${verb} ${who} done`])
      expect(document.exitCode).toBe(0)
      expect(identity(who)).not.toBe(before)
      expect(town.isUp(who)).toBe(verb !== 'shutdown')
      expect(town.mails('deacon/').filter(({ status }) => status === 'open')).toEqual([])
      expect(deedsOf(await check())).toEqual([])
    }
  })

  it('of a mayor that does not run brings it up: nothing else does', async () => {
    expect(deedsOf(await check())).toEqual([])
    ask('mayor', { from: 'mayor/', verb: 'restart' })
    expect(deedsOf(await check())).toEqual(['restart mayor done'])
    expect(startsOfGt().map(({ args }) => args.join(' '))).toEqual(['mayor start'])
  })

  it('needs no flag, and touches no state file', async () => {
    town.raiseFlag(WITNESS, 'shutdown')
    const before = town.read('demo/witness/state.json')
    ask(WITNESS)
    expect(deedsOf(await check())).toEqual([`cycle ${WITNESS} done`])
    expect(town.read('demo/witness/state.json')).toBe(before)
  })

  it('gives way to the newest of the same agent', async () => {
    const mails = [ask(WITNESS, { verb: 'shutdown' })]
    await waitFor('another second', () => Date.now() % 1000 < 300)
    mails.push(ask(WITNESS, { verb: 'restart', secondsAgo: -1 }), ask(WITNESS, { verb: 'cycle', secondsAgo: -2 }))
    await waitFor('all lie in the past', () => Date.now() % 1000 > 900)
    await waitFor('all lie in the past', () => Date.now() % 1000 < 300)
    await waitFor('all lie in the past', () => Date.now() % 1000 > 900)
    const document = await check()
    expect(deedsOf(document)).toContain(`cycle ${WITNESS} done`)
    expect(deedsOf(document).filter((deed) => !deed.startsWith('close-mail'))).toHaveLength(1)
    expect(mails.map((id) => town.issue(id)?.status)).toEqual(['closed', 'closed', 'closed'])
    expect(town.isUp(WITNESS)).toBe(true)
    expect(startsOfGt()).toHaveLength(1)
    expect(deedsOf(await check())).toEqual([])
  })

  it('whose mail is gone when it should be deleted is carried out, and that is no fault', async () => {
    const mail = ask(WITNESS)
    const gone = `sed -i 's/"status": "open"/"status": "closed"/' "$stage/town/.beads/issues/${mail}.json"\n`
    town.programs.spoil('gt', only('*delete*', gone))
    const document = await check()
    expect(deedsOf(document)).toEqual([`cycle ${WITNESS} done`])
    expect(document.actions[0]).not.toHaveProperty('error')
    expect(document.exitCode).toBe(0)
  })

  it('whose mail cannot be deleted is carried out once all the same', async () => {
    ask(WITNESS)
    town.programs.spoil('gt', only('*delete*', refuses('Error: the store is locked')))
    town.programs.spoil('bd', only('*close*', refuses('Error: locked')))
    const before = identity(WITNESS)
    expect(await check()).toMatchObject({
      exitCode: 3,
      actions: [{ outcome: 'done', error: expect.stringContaining('will be deleted later') }],
    })
    const after = identity(WITNESS)
    expect(after).not.toBe(before)
    expect((await check()).exitCode).toBe(3)
    expect(identity(WITNESS)).toBe(after)
    town.programs.mend('gt')
    town.programs.mend('bd')
    await check()
    expect(identity(WITNESS)).toBe(after)
    expect(town.mails('deacon/').map(({ status }) => status)).toEqual(['closed'])
  })

  it('older than six hours, or than the session it would stop, is closed and not carried out', async () => {
    const before = identity(WITNESS)
    const mails = [ask(WITNESS, { secondsAgo: 7 * HOUR }), ask(WITNESS, { secondsAgo: 60 })]
    expect(new Set(deedsOf(await check()))).toEqual(new Set([`close-mail ${WITNESS} done`]))
    expect(mails.map((id) => town.issue(id)?.status)).toEqual(['closed', 'closed'])
    expect(identity(WITNESS)).toBe(before)
  })

  it('from nobody of the town stays, is said, and wants a person', async () => {
    const mail = ask('overseer', { from: 'overseer' })
    expect(await check()).toMatchObject({ exitCode: 1, findings: [{ verdict: 'refused' }], actions: [] })
    expect(town.issue(mail)?.status).toBe('open')
  })

  it('in a parked rig waits, and is not lost', async () => {
    town.write('.beads-wisp/config/demo.json', JSON.stringify({ rig: 'demo', values: { status: 'parked' } }))
    const [before, mail] = [identity(WITNESS), ask(WITNESS)]
    expect(deedsOf(await check()).filter((deed) => deed.endsWith('done'))).toEqual([])
    expect([identity(WITNESS), town.issue(mail)?.status]).toEqual([before, 'open'])
    town.write('.beads-wisp/config/demo.json', JSON.stringify({ rig: 'demo', values: {} }))
    expect(deedsOf(await check())).toEqual([`cycle ${WITNESS} done`])
  })

  it('is not read by what would acknowledge it', async () => {
    ask(WITNESS)
    const { calls } = await town.run(['--once'])
    const words = calls.filter(({ program }) => program === 'gt').map(({ args }) => args.slice(0, 2).join(' '))
    expect(words).not.toContain('mail inbox')
    for (const { labels } of town.mails()) expect(labels).not.toContain('delivery:acked')
  })

  it('is processed at once by --lifecycle, which looks after nothing else', async () => {
    await town.crash('deacon')
    town.write('daemon/requests/now', 'whatever')
    askByGt(WITNESS, 'cycle')
    const document = readDocument((await town.run(['--lifecycle', '--json'])).stdout)
    expect(document.run.mode).toBe('lifecycle')
    expect(deedsOf(document)).toEqual([`cycle ${WITNESS} done`])
    expect(town.read('daemon/requests/now')).toBeUndefined()
    expect(town.isUp('deacon')).toBe(false)
  })

  it('comes from twenty at once: each is carried out once, and no mail stays', async () => {
    const polecats = Array.from({ length: 16 }, (_, index) => `demo/polecats/p${index}`)
    const all = ['deacon', 'mayor', WITNESS, REFINERY, ...polecats]
    for (const who of [REFINERY, ...polecats]) town.addWorker(who)
    await town.wake('mayor', REFINERY, ...polecats)
    town.configure({ worktree: false })
    const before = new Map(all.map((who) => [who, identity(who)]))
    await waitFor('the next second', () => Date.now() % 1000 > 600)
    for (const who of all) askByGt(who, 'cycle')
    const deeds: string[] = []
    await waitFor('all is done', async () => {
      deeds.push(...deedsOf(await check()).filter((deed) => deed.endsWith('done')))
      return town.mails('deacon/').every(({ status }) => status === 'closed')
    })
    expect(deeds.toSorted()).toEqual(all.map((who) => `cycle ${who} done`).toSorted())
    for (const who of all) expect(identity(who)).not.toBe(before.get(who))
    expect(startsOfGt()).toHaveLength(20)
  })
})

describe('a request of a current town whose check is killed', () => {
  it.each([
    ['before', 'its mail is deleted', '*delete*', killsTheCheckBefore],
    ['after', 'its mail is deleted', '*delete*', killsTheCheckAfter],
    ['before', 'gt starts the agent', '*session*', killsTheCheckBefore],
    ['after', 'gt has started the agent', '*session*', killsTheCheckAfter],
  ])('%s %s is finished by the next check, once', async (_, _point, words, moment) => {
    town.addWorker(RUST)
    await town.wake(RUST)
    const before = identity(RUST)
    const mail = ask(RUST)
    town.programs.spoil('gt', only(words, moment))
    expect((await town.run(['--once'])).signal).toBe('SIGKILL')
    town.programs.mend('gt')
    await waitFor('the request is finished', async () => {
      await check()
      // A start that an earlier check has counted costs a wait.
      town.changeLedger((ledger) =>
        changeRecord(ledger, RUST, (record) => ({
          ...record,
          starts: record.starts.map((start) => ({ ...start, at: start.at - 60_000 })),
        })),
      )
      return town.isUp(RUST) && town.issue(mail)?.status === 'closed'
    })
    const after = identity(RUST)
    expect(after).not.toBe(before)
    expect(deedsOf(await check())).toEqual([])
    expect(identity(RUST)).toBe(after)
    const agents = town.programs
      .calls()
      .filter(({ program, args }) => program === 'claude' && !args.includes('--awake'))
    expect(agents).toHaveLength(1)
  })
})
