import { afterEach, describe, expect, it } from 'vitest'
import { processOf } from '../../src/ports/processes.js'
import { type CheckDocument, readDocument } from '../support/check-document.js'
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import { type Person, personRuns, waysToLook } from '../support/person.js'
import { only, refuses } from '../support/stand-ins.js'
import { waitFor } from '../support/wait-for.js'

const WITNESS = 'gastown/witness'

let town: FakeTown
const helpers: (() => void)[] = []

afterEach(async () => {
  for (const leave of helpers.splice(0)) leave()
  await town.end()
})

async function raise(kind: 'classic' | 'current' = 'classic'): Promise<void> {
  town = raiseTown({ kind })
  town.addRig('gastown')
  await town.wake('deacon', WITNESS)
}

function ask(verb: string, who = WITNESS): string {
  if (town.kind === 'classic') town.raiseFlag(who, verb)
  return town.sendMail({ from: who, subject: `LIFECYCLE: ${verb}`, body: verb })
}

const check = async (...words: readonly string[]): Promise<CheckDocument> =>
  readDocument((await town.run([...(words.length > 0 ? words : ['--once']), '--json'])).stdout)
const idOf = (who: string): string | undefined =>
  town.tmux.sessions().find(({ name }) => name === town.session(who))?.id
const outcomesOf = ({ actions }: CheckDocument): readonly string[] =>
  actions.map(({ kind, agent, outcome }) => `${kind} ${agent} ${outcome}`)
const attach = (who = WITNESS): Promise<Person> => personRuns(town, ['attach', '-t', `=${town.session(who)}`], helpers)

/** tmux knows times in whole seconds: what happens now comes after what happened before. */
async function nextSecond(seconds = 1): Promise<void> {
  const end = Math.floor(Date.now() / 1000) + seconds
  await waitFor('the next second', () => Math.floor(Date.now() / 1000) >= end)
}
const asksForClients = (): number =>
  town.programs.calls().filter(({ args }) => args.includes('list-clients') && args.includes('-F')).length

describe.each(['classic', 'current'] as const)('the request of an agent of a %s town about its own session', (kind) => {
  it.each(['cycle', 'restart', 'shutdown'])(
    'to %s is carried out while a person is attached who saw it ask',
    async (verb) => {
      await raise(kind)
      const before = idOf(WITNESS)
      const person = await attach()
      await nextSecond()
      const mail = ask(verb)
      const document = await check()
      expect(outcomesOf(document)).toEqual([`${verb} ${WITNESS} done`])
      expect(document.exitCode).toBe(0)
      expect(idOf(WITNESS)).not.toBe(before)
      expect(town.isUp(WITNESS)).toBe(verb !== 'shutdown')
      expect(town.issue(mail)?.status).toBe('closed')
      expect(person.saw()).toContain(`${WITNESS} asked for a ${verb}`)
      expect(outcomesOf(await check())).toEqual([])
    },
  )

  it('waits for a person who came after it, until they have paused for attachedGrace', async () => {
    await raise(kind)
    town.configure({ attachedGrace: '3s' })
    const mail = ask('cycle')
    await nextSecond()
    const before = idOf(WITNESS)
    const person = await attach()
    await nextSecond(3)
    person.press('x')
    const first = await check()
    expect(outcomesOf(first)).toEqual([`cycle ${WITNESS} deferred`])
    expect(first.exitCode).toBe(1)
    expect(first.findings[0]?.because).toMatch(
      /a person is attached to its session and pressed a key \d+s ago; it waits until they pause for 3s \(attachedGrace\)/,
    )
    expect([idOf(WITNESS), town.issue(mail)?.status]).toEqual([before, 'open'])
    await nextSecond(5)
    expect(outcomesOf(await check())).toEqual([`cycle ${WITNESS} done`])
    expect(person.saw()).toContain('asked for a cycle')
  })
})

describe('the request of an agent about its own session', () => {
  it('is carried out by a lifecycle run as well', async () => {
    await raise()
    await attach()
    await nextSecond()
    ask('cycle')
    expect(outcomesOf(await check('--lifecycle'))).toEqual([`cycle ${WITNESS} done`])
  })

  it.each(['attached to its session by control mode', 'attached to its session read-only'])(
    'is carried out while somebody is %s',
    async (way) => {
      await raise()
      await waysToLook[way]?.(town, WITNESS, helpers)
      await nextSecond()
      ask('cycle')
      expect(outcomesOf(await check())).toEqual([`cycle ${WITNESS} done`])
    },
  )

  it.each(['attached to a session of its group', 'attached to another session that shows its window'])(
    'is carried out while a person is %s who has pressed no key since',
    async (way) => {
      await raise()
      await waysToLook[way]?.(town, WITNESS, helpers)
      await nextSecond()
      ask('cycle')
      const document = await check()
      expect(outcomesOf(document)).toEqual([`cycle ${WITNESS} done`])
      expect(document.actions[0]?.error).toContain('stays in the tmux session mine')
    },
  )

  it('waits for the one of two persons who came after it', async () => {
    await raise()
    await attach()
    await nextSecond()
    ask('cycle')
    await nextSecond()
    await attach()
    expect(outcomesOf(await check())).toEqual([`cycle ${WITNESS} deferred`])
  })

  it('waits while a second pane lives, whoever is attached', async () => {
    await raise()
    await attach()
    town.tmux.tmux('split-window', '-d', '-t', `=${town.session(WITNESS)}:`, 'sleep', '600')
    await nextSecond()
    ask('cycle')
    const document = await check()
    expect(outcomesOf(document)).toEqual([`cycle ${WITNESS} deferred`])
    expect(document.findings[0]?.because).toContain('its session has a second pane')
  })

  it('waits for a person at work in the shell that the agent left behind', async () => {
    town = raiseTown()
    town.addRig('gastown')
    town.configure({ zombieGrace: '1s' })
    await town.wake('deacon')
    await town.leaveShell(WITNESS)
    const person = await attach()
    await nextSecond(2)
    ask('cycle')
    person.press('l')
    expect(outcomesOf(await check())).toEqual([`cycle ${WITNESS} deferred`])
  })

  it('is about no session of another agent: that person is not disturbed', async () => {
    await raise()
    await town.wake('mayor')
    const before = idOf(WITNESS)
    await attach()
    await nextSecond()
    town.raiseFlag('mayor', 'cycle')
    town.sendMail({ from: 'mayor/', subject: `LIFECYCLE: ${WITNESS} requesting cycle`, body: 'cycle' })
    expect(outcomesOf(await check())).toEqual(['cycle mayor done'])
    expect(idOf(WITNESS)).toBe(before)
  })

  it('that an earlier check claimed is finished beside a person who saw it, and waits for one who came later', async () => {
    await raise()
    const mail = ask('cycle')
    await nextSecond()
    await attach()
    await check()
    const claim = { address: WITNESS, verb: 'cycle', state: 'claimed', changedAt: Date.now(), mailOpen: true } as const
    const [pane = ''] = town.tmux
      .tmux('list-panes', '-t', `=${town.session(WITNESS)}:`, '-F', '#{pid} #{session_id} #{pane_pid}')
      .split('\n')
    const [serverPid = '', sessionId = '', pid = ''] = pane.split(' ')
    const { startTime = '' } = processOf(Number(pid)) ?? {}
    const session = { serverPid: Number(serverPid), sessionId, paneStart: `${pid}@${startTime}` }
    const put = (sentAt: number) =>
      town.changeLedger((ledger) => ({
        ...ledger,
        claims: { [mail]: { ...claim, session, sentAt, claimedAt: Date.now() } },
      }))
    put(Date.now() - 60_000)
    expect(outcomesOf(await check())).toEqual([`cycle ${WITNESS} deferred`])
    await nextSecond()
    put(Date.now())
    expect(outcomesOf(await check())).toEqual([`cycle ${WITNESS} done`])
  })
})

describe('the clients of tmux', () => {
  it('are asked for only where a request may have to wait for one', async () => {
    await raise()
    await check()
    await attach('deacon')
    const { children } = await check()
    expect(children.reduce((sum, { calls }) => sum + calls, 0)).toBe(3)
    for (const leave of helpers.splice(0)) leave()
    ask('cycle')
    await check()
    expect(asksForClients()).toBe(0)
    await attach()
    await nextSecond()
    ask('cycle')
    await check()
    expect(asksForClients()).toBeGreaterThan(0)
  })

  it('that cannot be asked for keep the request waiting', async () => {
    await raise()
    await attach()
    await nextSecond()
    ask('cycle')
    town.programs.spoil('tmux', only('*list-clients*', refuses('no')))
    const document = await check()
    expect(outcomesOf(document)).toEqual([`cycle ${WITNESS} deferred`])
    expect(document.findings[0]?.because).toContain('tmux does not tell since when')
  })
})
