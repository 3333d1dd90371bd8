import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { changeRecord, type StartRecord } from '../../src/domain/ledger.js'
import { historySchema } from '../../src/remember/history-schema.js'
import { type Status, statusSchema } from '../../src/remember/status-schema.js'
import { type CheckDocument, readDocument } from '../support/check-document.js'
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import { programAttaches } from '../support/person.js'
import type { StageKindName } from '../support/stage-kind.js'
import { only, refuses } from '../support/stand-ins.js'
import { waitFor } from '../support/wait-for.js'

const WITNESS = 'demo/witness'
const REFINERY = 'demo/refinery'
const RUST = 'demo/polecats/rust'
const JOE = 'demo/crew/joe'
const MINUTE = 60_000

let town: FakeTown
const helpers: (() => void)[] = []

afterEach(async () => {
  for (const leave of helpers.splice(0)) leave()
  await town.end()
})

/** A town in which all that should run runs, among them a polecat with work on its hook. */
async function raise(kind: StageKindName): Promise<void> {
  town = raiseTown({ kind })
  town.configure({ zombieGrace: '1s' })
  town.addRig('demo')
  town.addWorker(RUST)
  const id = kind === 'classic' ? 'gt-w1' : 'de-w1'
  town.addIssue({ id, status: 'hooked', assignee: RUST })
  if (kind === 'current') town.addIssue({ id, status: 'hooked', assignee: RUST }, 'demo')
  const updatedAt = new Date(Date.now() - 10 * MINUTE)
  town.setBead(RUST, { state: kind === 'classic' ? 'working' : 'spawning', hook: id, updatedAt })
  await town.wake('deacon', WITNESS, RUST)
}

const check = async (...words: readonly string[]): Promise<CheckDocument> =>
  readDocument((await town.run(['--once', '--json', ...words])).stdout)
const deedsOf = ({ actions }: CheckDocument): readonly string[] =>
  actions.map(({ kind, agent, outcome }) => `${kind} ${agent} ${outcome}`)
const statesOf = ({ findings }: CheckDocument): readonly string[] =>
  findings.map(({ agent, state, wantsPerson }) => `${agent} ${state}${wantsPerson ? '!' : ''}`)
const status = async (): Promise<Status> =>
  statusSchema.parse(JSON.parse((await town.run(['status', '--json'])).stdout))

/** Makes the ledger say that the agent has been in its condition for so many minutes. */
function longSince(who: string, minutes: number): void {
  town.changeLedger((ledger) =>
    changeRecord(ledger, who, ({ attention, ...record }) => ({
      ...record,
      ...(attention && { attention: { ...attention, since: Date.now() - minutes * MINUTE } }),
    })),
  )
}

const notices = (): readonly string[] =>
  town
    .mails()
    .filter(({ title }) => title.startsWith('NEEDS_ATTENTION'))
    .map(({ title, assignee }) => `${title.replace(/ for \d+m\d+s$/, '')} to ${assignee}`)

async function runUnknownProgram(who: string): Promise<void> {
  if (town.isUp(who)) await town.crash(who)
  const place = { name: town.session(who), folder: town.folder(who), environment: {} }
  town.tmux.start({ ...place, command: ['sleep', '600'] })
}

/** A shell left behind, with a program attached, past the grace time. */
async function leaveAttachedShell(who: string): Promise<void> {
  await town.crash(who)
  await town.leaveShell(who)
  await programAttaches(town, who, helpers)
  // Longer than the grace time of a second, with the second by which tmux rounds: nothing else tells that it is over.
  await sleep(2100)
}

/** A dead pane that tmux keeps, with a program attached. */
async function leaveAttachedDeadPane(who: string): Promise<void> {
  town.tmux.tmux('set-option', '-w', '-t', `=${town.session(who)}:`, 'remain-on-exit', 'on')
  const pid = town.tmux.sessions().find(({ name }) => name === town.session(who))?.panePid
  if (pid !== undefined) process.kill(pid, 'SIGKILL')
  await waitFor('its pane is dead', () => {
    town.tmux.tmux('run-shell', 'true')
    return town.tmux.tmux('list-panes', '-t', `=${town.session(who)}:`, '-F', '#{pane_dead}').trim() === '1'
  })
  await programAttaches(town, who, helpers)
  await sleep(2100)
}

describe.each<StageKindName>(['classic', 'current'])('in a %s town', (kind) => {
  beforeEach(() => raise(kind))

  it('all is well while everybody runs', async () => {
    const document = await check()
    expect([document.exitCode, document.findings, document.actions]).toEqual([0, [], []])
    expect((await status()).waiting).toEqual([])
  })

  it.each([
    ['deacon', 'mayor/'],
    [WITNESS, 'mayor/'],
    [RUST, WITNESS],
  ])('%s in whose pane an unknown program runs is a warning, and reported once after 30 minutes', async (who, to) => {
    await runUnknownProgram(who)
    const first = await check()
    expect([first.exitCode, statesOf(first), deedsOf(first)]).toEqual([1, [`${who} unknown!`], []])
    longSince(who, 29)
    expect(deedsOf(await check())).toEqual([])
    longSince(who, 30)
    expect(deedsOf(await check())).toEqual([`notify ${who} done`])
    expect(deedsOf(await check())).toEqual([])
    expect(notices()).toEqual([`NEEDS_ATTENTION: ${who} has been unknown to ${to}`])
  })

  it.each([
    ['deacon', 'a shell', 'mayor/', leaveAttachedShell],
    [RUST, 'a dead pane', WITNESS, leaveAttachedDeadPane],
  ])('%s of whom %s is left while somebody is attached is a warning, and reported once', async (who, _, to, leave) => {
    await leave(who)
    const before = town.tmux.sessions()
    const first = await check()
    expect([first.exitCode, statesOf(first), deedsOf(first)]).toEqual([
      1,
      [`${who} blocked!`],
      [`start ${who} deferred`],
    ])
    expect(first.next.intervalSeconds).toBe(300)
    longSince(who, 31)
    expect(deedsOf(await check())).toContain(`notify ${who} done`)
    expect(deedsOf(await check())).toEqual([`start ${who} deferred`])
    expect(notices()).toEqual([`NEEDS_ATTENTION: ${who} has been blocked to ${to}`])
    expect(town.tmux.sessions()).toEqual(before)
  })

  it('an agent that waits for its next try is a warning with the last error, and reported once', async () => {
    await town.crash('deacon')
    town.programs.spoil('claude', only('*skip-permissions*', refuses('no licence', 7)))
    const failed = await check()
    expect([failed.exitCode, deedsOf(failed)]).toEqual([2, ['start deacon failed']])
    const waits = await check()
    expect([waits.exitCode, statesOf(waits), deedsOf(waits)]).toEqual([1, ['deacon retrying!'], []])
    expect(waits.findings[0]?.because).toMatch(/; 1 restart failed \(.+\)$/)
    longSince('deacon', 31)
    expect(deedsOf(await check())).toEqual(['notify deacon done'])
    expect(deedsOf(await check())).toEqual([])
    expect(notices()).toEqual(['NEEDS_ATTENTION: deacon has been down to mayor/'])
  })

  it('an agent that is held is a warning, and reported once', async () => {
    await check()
    await town.crash(WITNESS)
    const starts = [5, 4, 3, 2, 1].map((minutes): StartRecord => {
      return { at: Date.now() - minutes * MINUTE, by: 'inference', outcome: 'failed', error: 'no licence' }
    })
    const attention = { condition: 'down', since: Date.now() - 31 * MINUTE } as const
    town.changeLedger((ledger) => changeRecord(ledger, WITNESS, (record) => ({ ...record, starts, attention })))
    const held = await check()
    expect([held.exitCode, statesOf(held), deedsOf(held)]).toEqual([
      1,
      [`${WITNESS} held!`],
      [`notify ${WITNESS} done`],
    ])
    expect(held.findings[0]?.because).toContain('5 restarts failed (no licence)')
    expect(deedsOf(await check())).toEqual([])
    expect(notices()).toEqual([`NEEDS_ATTENTION: ${WITNESS} has been down to mayor/`])
  })

  it('agents that a person paused are no warning, down or not understood', async () => {
    const paused = ['deacon', WITNESS, RUST]
    for (const who of paused) {
      await town.run(['down', who])
      await runUnknownProgram(who)
    }
    const strange = await check()
    expect([strange.exitCode, statesOf(strange)]).toEqual([0, paused.map((who) => `${who} paused`)])
    for (const who of paused) await town.crash(who)
    const down = await check()
    expect([down.exitCode, statesOf(down), down.actions]).toEqual([0, paused.map((who) => `${who} paused`), []])
    expect((await town.run(['--once', '--quiet'])).stdout).toBe('')
  })

  it('a polecat without work is no warning, whatever runs in its pane', async () => {
    const id = kind === 'classic' ? 'gt-w1' : 'de-w1'
    town.addIssue({ id, status: 'closed' })
    town.addIssue({ id, status: 'closed' }, 'demo')
    await runUnknownProgram(RUST)
    const document = await check()
    expect([document.exitCode, statesOf(document)]).toEqual([0, [`${RUST} undefined`]])
  })

  it('a mayor, a refinery and a crew member that are not understood are no warning, for however long', async () => {
    for (const who of [REFINERY, JOE]) town.addWorker(who)
    for (const who of ['mayor', REFINERY, JOE]) await runUnknownProgram(who)
    for (let round = 0; round < 2; round++) {
      const document = await check()
      expect(document.exitCode).toBe(0)
      expect(document.findings.map(({ agent, verdict }) => `${agent} ${verdict}`)).toEqual([
        'mayor not-understood',
        `${REFINERY} not-understood`,
        `${JOE} not-understood`,
      ])
      const unknownSince = Date.now() - 24 * 60 * MINUTE
      for (const who of ['mayor', REFINERY, JOE])
        town.changeLedger((ledger) => changeRecord(ledger, who, (record) => ({ ...record, unknownSince })))
    }
    expect(notices()).toEqual([])
  })

  it('what needs attention is in the quiet output, the status and the history', async () => {
    await runUnknownProgram('deacon')
    const quiet = await town.run(['--once', '--quiet'])
    expect([quiet.exitCode, quiet.stdout]).toEqual([1, expect.stringContaining('warning: 1 wants a person')])
    expect(quiet.stdout).toContain('deacon not-understood: ')
    expect(await status()).toMatchObject({
      exitCode: 0,
      lastCheck: { verdict: 'warning', exitCode: 1 },
      waiting: [{ agent: 'deacon', state: 'unknown' }],
    })
    for (const words of [['status'], ['status', '-q']])
      expect((await town.run(words)).stdout).toContain('deacon not-understood: ')
    const told = await town.run(['history', '--json'])
    expect(historySchema.parse(JSON.parse(told.stdout)).checks).toMatchObject([
      {
        check: { verdict: 'warning', waiting: [{ agent: 'deacon', state: 'unknown' }] },
        began: [{ agent: 'deacon', state: 'unknown' }],
      },
    ])
    expect((await town.run(['history'])).stdout).toContain('deacon not-understood: ')
  })

  it('a check that starts fewer agents than are down is a warning, and says so with --quiet', async () => {
    town.configure({ maxStarts: 1 })
    for (const who of ['deacon', WITNESS]) await town.crash(who)
    const quiet = await town.run(['--once', '--quiet'])
    expect(quiet.exitCode).toBe(1)
    expect(quiet.stdout).toMatch(/waits:\n {2}start demo\/witness: .* – one check starts at most 1 agents/)
    expect((await check()).exitCode).toBe(0)
  })

  it('the status after a critical check says why it failed and when it is tried again', async () => {
    await town.crash('deacon')
    town.programs.spoil('claude', only('*skip-permissions*', refuses('no licence', 7)))
    expect((await check()).exitCode).toBe(2)
    const { exitCode, stdout } = await town.run(['status'])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^failed: start deacon: .*; retry at \d\d:\d\d:\d\d$/m)
    expect(stdout).toMatch(/^ {2}deacon .*, 1 restart failed$/m)
    expect(stdout).not.toContain('last well')
    expect(await status()).toMatchObject({
      failed: [{ kind: 'start', agent: 'deacon', error: expect.stringMatching(/./), retryAt: expect.any(String) }],
      agents: expect.arrayContaining([expect.objectContaining({ agent: 'deacon', starts: 1, failedStarts: 1 })]),
    })
    expect((await town.run(['status', '-q'])).stdout).toContain('failed: start deacon')
  })
})
