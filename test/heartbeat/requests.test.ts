import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CheckDocument, readDocument, readReport } from '../support/check-document.js'
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import { only, refuses, slow } from '../support/stand-ins.js'
import { waitFor } from '../support/wait-for.js'

const WITNESS = 'gastown/witness'
const TOAST = 'gastown/polecats/toast'
const HOUR = 3600

let town: FakeTown

beforeEach(async () => {
  town = raiseTown()
  town.addRig('gastown')
  town.setBead('deacon')
  await town.wake('deacon', WITNESS)
})
afterEach(() => town.end())

const check = async (...words: readonly string[]): Promise<CheckDocument> =>
  readDocument((await town.run(['--once', '--json', ...words])).stdout)

const identity = (who: string): string | undefined =>
  town.tmux.sessions().find(({ name }) => name === town.session(who))?.id

const deedsOf = ({ actions }: CheckDocument): readonly string[] =>
  actions.map(({ kind, agent, outcome }) => `${kind} ${agent} ${outcome}`)

interface Asking {
  readonly verb?: string
  readonly from?: string
  readonly body?: string
  readonly secondsAgo?: number
}

/** The agent asks as the real ones do: its flag is set, then a mail to the deacon. */
function ask(who: string, { verb = 'cycle', from = who, body = `{"action":"${verb}"}`, ...rest }: Asking = {}): string {
  town.raiseFlag(who, verb)
  return town.sendMail({ from, subject: `LIFECYCLE: ${from} requesting ${verb}`, body, ...rest })
}

describe('a lifecycle request', () => {
  it.each([
    ['mayor', ['mayor', 'mayor/']],
    ['deacon', ['deacon', 'deacon/']],
    [WITNESS, ['gastown-witness', 'gastown/witness']],
    ['gastown/refinery', ['gastown-refinery', 'gastown/refinery']],
    ['gastown/crew/max', ['gastown-crew-max', 'gastown/crew/max', 'gastown/max']],
    [TOAST, ['gastown-polecat-toast', 'gastown/polecats/toast', 'gastown/toast']],
  ])('of %s is carried out, however its sender is written', async (who, forms) => {
    if (who.split('/').length > 2 || who.endsWith('refinery')) town.addWorker(who)
    if (!town.isUp(who)) await town.wake(who)
    for (const from of forms) {
      const before = identity(who)
      const mail = ask(who, { from })
      const document = await check()
      expect([from, deedsOf(document)]).toEqual([from, [`cycle ${who} done`]])
      expect(document.exitCode).toBe(0)
      expect(identity(who)).toBeDefined()
      expect(identity(who)).not.toBe(before)
      expect(town.issue(mail)?.status).toBe('closed')
      expect(town.flags(who)).toEqual({})
    }
  })

  it.each([
    ['{"action":"cycle","reason":"context 80% full"}'],
    ['{"ACTION":"Cycle"}'],
    ['cycle'],
    ['Action: cycle\nReason: tired'],
    ['cycle --reason "context 80% full"'],
  ])('is understood when its body is %j', async (body) => {
    ask(WITNESS, { body })
    expect(deedsOf(await check())).toEqual([`cycle ${WITNESS} done`])
  })

  it('sent while the programs answer is carried out as well: its flag is looked for after its mail', async () => {
    town.programs.spoil('bd', only('*message*', slow(1.5)))
    const looking = check()
    await waitFor('it asks', () => town.programs.calls().some(({ args }) => args.includes('message')))
    await sleep(500)
    ask(WITNESS)
    const document = await looking
    expect([deedsOf(document), document.exitCode]).toEqual([[`cycle ${WITNESS} done`], 0])
  })

  it('keeps what else stands in the state file, in its order', async () => {
    town.write(
      'gastown/witness/state.json',
      '{"z": 1, "requesting_cycle": true, "big": 12345678901234567890, "a": "<&>"}',
    )
    town.sendMail({ from: WITNESS, subject: 'lifecycle: x', body: 'cycle' })
    expect(deedsOf(await check())).toEqual([`cycle ${WITNESS} done`])
    const text = town.read('gastown/witness/state.json') ?? ''
    expect(text.replace(/\s/g, '')).toBe('{"z":1,"big":12345678901234567890,"a":"<&>"}')
  })

  it('to shut down ends the session and keeps it down, until its hook names other work', async () => {
    town.addWorker(TOAST)
    town.addIssue({ id: 'gt-w1', status: 'hooked' })
    town.addIssue({ id: 'gt-w2', status: 'hooked' })
    town.setBead(TOAST, { state: 'working', hook: 'gt-w1' })
    await town.wake(TOAST)
    ask(TOAST, { verb: 'shutdown' })
    expect(deedsOf(await check())).toEqual([`shutdown ${TOAST} done`])
    expect(town.isUp(TOAST)).toBe(false)
    expect(town.flags(TOAST)).toEqual({})
    expect(deedsOf(await check())).toEqual([])
    town.setBead(TOAST, { state: 'working', hook: 'gt-w2' })
    expect(deedsOf(await check())).toEqual([`start ${TOAST} done`])
  })

  it('to restart an agent whose session is gone starts it', async () => {
    await town.crash(WITNESS)
    ask(WITNESS, { verb: 'restart' })
    expect(deedsOf(await check())).toEqual([`restart ${WITNESS} done`])
    expect(town.isUp(WITNESS)).toBe(true)
  })

  it.each([
    ['nobody of this town', 'overseer', 'cycle'],
    ['a rig that is not there', 'elsewhere/witness', 'cycle'],
    ['words nobody understands', WITNESS, 'please help me'],
    ['a verb that does not exist', WITNESS, '{"action":"explode"}'],
  ])('from %s stays in the inbox, is said, and wants a person', async (_, from, body) => {
    town.raiseFlag(WITNESS, 'cycle')
    const mail = town.sendMail({ from, subject: 'LIFECYCLE: x', body })
    const before = identity(WITNESS)
    for (const _run of [1, 2]) {
      const document = await check()
      expect(deedsOf(document)).toEqual([])
      expect(document).toMatchObject({ exitCode: 1, verdict: 'warning', findings: [{ verdict: 'refused' }] })
    }
    expect(town.issue(mail)?.status).toBe('open')
    expect(identity(WITNESS)).toBe(before)
    const said = (town.read('daemon/daemon.log') ?? '').split('\n').filter((line) => line.includes(mail))
    expect(said).toHaveLength(1)
  })

  it('without its flag stays, and is carried out once the flag is set', async () => {
    const mail = town.sendMail({ from: WITNESS, subject: 'LIFECYCLE: x', body: 'cycle' })
    expect(await check()).toMatchObject({ exitCode: 1, actions: [] })
    expect(town.issue(mail)?.status).toBe('open')
    town.raiseFlag(WITNESS, 'cycle')
    expect(deedsOf(await check())).toEqual([`cycle ${WITNESS} done`])
  })

  it('older than six hours, or than the session it would stop, is closed and not carried out', async () => {
    const before = identity(WITNESS)
    const old = ask(WITNESS, { secondsAgo: 7 * HOUR })
    const earlier = ask(WITNESS, { secondsAgo: 60 })
    const document = await check()
    expect(new Set(deedsOf(document))).toEqual(new Set([`close-mail ${WITNESS} done`]))
    expect([old, earlier].map((id) => town.issue(id)?.status)).toEqual(['closed', 'closed'])
    expect(identity(WITNESS)).toBe(before)
  })

  it('from the future is left alone', async () => {
    const mail = ask(WITNESS, { secondsAgo: -2 * HOUR })
    expect((await check()).actions).toEqual([])
    expect(town.issue(mail)?.status).toBe('open')
  })

  it('made twice is carried out once, the newest', async () => {
    const first = ask(WITNESS)
    const second = ask(WITNESS)
    const document = await check()
    expect(deedsOf(document).filter((deed) => deed.startsWith('cycle'))).toEqual([`cycle ${WITNESS} done`])
    expect([first, second].map((id) => town.issue(id)?.status)).toEqual(['closed', 'closed'])
    expect((await check()).actions).toEqual([])
  })

  it('whose mail cannot be deleted is carried out once all the same', async () => {
    ask(WITNESS)
    town.programs.spoil('gt', refuses('Error: the store is locked'))
    town.programs.spoil('bd', 'case "$*" in *close*) echo "Error: locked" >&2; exit 1;; esac\n')
    const before = identity(WITNESS)
    await check()
    const after = identity(WITNESS)
    expect(after).not.toBe(before)
    await check()
    expect(identity(WITNESS)).toBe(after)
    town.programs.mend('gt')
    town.programs.mend('bd')
    await check()
    expect(identity(WITNESS)).toBe(after)
    expect(town.mails('deacon/').map(({ status }) => status)).toEqual(['closed'])
  })

  it('brings its worktree up to date only where nothing can be lost', async () => {
    town.addWorker(TOAST)
    await town.wake(TOAST)
    ask(TOAST)
    const { calls } = await town.run(['--once'])
    const git = calls.filter(({ program }) => program === 'git').map(({ args }) => args.join(' '))
    expect(git.some((words) => words.includes('fetch'))).toBe(true)
    expect(git.some((words) => words.includes('pull'))).toBe(false)
  })

  it('is processed at once by --lifecycle, which takes the drop files away and is no heartbeat', async () => {
    town.write('daemon/requests/now', 'whatever')
    ask(WITNESS)
    const document = readDocument((await town.run(['--lifecycle', '--json'])).stdout)
    expect(document.run.mode).toBe('lifecycle')
    expect(deedsOf(document)).toEqual([`cycle ${WITNESS} done`])
    expect(existsSync(join(town.root, 'daemon/requests/now'))).toBe(false)
    expect(JSON.parse(town.read('daemon/state.json') ?? '{}')).not.toHaveProperty('heartbeat_count', 1)
  })

  it('alone is what --lifecycle looks after', async () => {
    await town.crash('deacon')
    const report = readReport((await town.run(['--lifecycle', '--json'])).stdout)
    expect(report.actions).toEqual([])
    expect(town.isUp('deacon')).toBe(false)
  })
})
