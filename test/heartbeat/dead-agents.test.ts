import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StartRecord } from '../../src/domain/ledger.js'
import { readDocument } from '../support/check-document.js'
import { type FakeTown, raiseTown } from '../support/fake-town.js'
import type { Call } from '../support/stand-ins.js'
import { refuses } from '../support/stand-ins.js'
import { waitFor } from '../support/wait-for.js'

const WITNESS = 'gastown/witness'
const TOAST = 'gastown/polecats/toast'

let town: FakeTown

beforeEach(() => {
  town = raiseTown()
  town.addRig('gastown', { ownDatabase: true })
})
afterEach(() => town.end())

/** How an agent was started by a check (the stage itself starts them with --awake). */
const startsOf = (who: string): readonly Call[] =>
  town.programs
    .calls()
    .filter(({ program, cwd, args }) => program === 'claude' && cwd === town.folder(who) && !args.includes('--awake'))

const check = async () => readDocument((await town.run(['--once', '--json'])).stdout)
const deeds = ({ actions }: { actions: Awaited<ReturnType<typeof check>>['actions'] }) =>
  actions.map(({ kind, agent, outcome }) => `${kind} ${agent} ${outcome}`)

describe('a dead agent', () => {
  it('is started: the deacon and every witness, in their folders, as themselves', async () => {
    const document = await check()
    expect(deeds(document)).toEqual(['start deacon done', `start ${WITNESS} done`])
    expect(document).toMatchObject({ exitCode: 0, verdict: 'ok', next: { intervalSeconds: 300 } })
    expect(town.tmux.sessions().map(({ name, path }) => [name, path])).toEqual([
      ['gt-deacon', town.folder('deacon')],
      ['gt-gastown-witness', town.folder(WITNESS)],
    ])
    const [deacon, ...more] = await waitFor(
      'the deacon runs',
      () => startsOf('deacon').length > 0 && startsOf('deacon'),
    )
    expect(more).toEqual([])
    expect(deacon).toMatchObject({
      args: ['--dangerously-skip-permissions'],
      env: { GT_ROLE: 'deacon', BD_ACTOR: 'deacon', HOME: town.env['HOME'] },
    })
    const [witness] = await waitFor('the witness runs', () => startsOf(WITNESS).length > 0 && startsOf(WITNESS))
    expect(witness?.env).toMatchObject({ GT_ROLE: 'witness', GT_RIG: 'gastown', BD_ACTOR: WITNESS })
    expect(deeds(await check())).toEqual([])
  })

  it('does not inherit who ran the check', async () => {
    const env = { ...town.env, GT_ROLE: 'crew', GT_CREW: 'max', CLAUDECODE: '1', NODE_OPTIONS: '', npm_config_x: 'y' }
    await town.run(['--once'], { env: { ...env, INVOCATION_ID: 'abc', GT_POLECAT: 'nux' } })
    const [deacon] = await waitFor('the deacon runs', () => startsOf('deacon').length > 0 && startsOf('deacon'))
    expect(deacon?.env['GT_ROLE']).toBe('deacon')
    const foreign = ['GT_CREW', 'GT_POLECAT', 'CLAUDECODE', 'NODE_OPTIONS', 'npm_config_x', 'INVOCATION_ID']
    for (const name of foreign) expect(deacon?.env).not.toHaveProperty(name)
    const everybody = town.tmux.tmux('show-environment', '-g')
    for (const name of foreign) expect(everybody).not.toContain(`${name}=`)
  })

  it('that left only a shell is replaced, and nothing of it stays behind', async () => {
    town.configure({ zombieGrace: '1s' })
    await town.wake('deacon')
    await town.leaveShell(WITNESS)
    const line = `trap "" HUP TERM; sh -i`
    town.tmux.tmux('send-keys', '-t', '=gt-gastown-witness:', line, 'Enter', 'echo child $$', 'Enter')
    const child = await waitFor(
      'a shell below the shell',
      () => /^(?:[#$] )?child (\d+)/m.exec(town.tmux.screen('gt-gastown-witness'))?.[1],
    )
    const shell = town.tmux.sessions().find(({ name }) => name === 'gt-gastown-witness')
    await waitFor('the grace time is over', async () => (await check()).actions.length > 0)
    await waitFor('the witness runs', () => startsOf(WITNESS).length === 1)
    expect(town.tmux.sessions().find(({ name }) => name === 'gt-gastown-witness')?.id).not.toBe(shell?.id)
    for (const pid of [Number(child), shell?.panePid ?? 0]) {
      const state = await waitFor('it is gone', () => stateOf(pid) !== 'S' && stateOf(pid) !== 'R' && stateOf(pid))
      expect(['none', 'Z']).toContain(state)
    }
  })

  it('with a crashed polecat: it comes back in its worktree, with its work', async () => {
    await town.wake('deacon', WITNESS)
    town.addWorker(TOAST)
    town.write(`${TOAST}/notes.txt`, 'not committed')
    town.addIssue({ id: 'gt-w1', status: 'hooked', assignee: TOAST }, 'gastown')
    town.setBead(TOAST, { state: 'working', hook: 'gt-w1' })
    expect(deeds(await check())).toEqual([`start ${TOAST} done`])
    const [started] = await waitFor('it runs', () => startsOf(TOAST).length > 0 && startsOf(TOAST))
    expect(started?.env).toMatchObject({
      GT_ROLE: 'polecat',
      GT_RIG: 'gastown',
      GT_POLECAT: 'toast',
      BD_ACTOR: TOAST,
      BEADS_NO_DAEMON: '1',
      BEADS_AGENT_NAME: 'gastown/toast',
    })
    expect(town.read(`${TOAST}/notes.txt`)).toBe('not committed')
    expect(readFileSync(join(town.folder(TOAST), '.git'), 'utf8')).toContain('gitdir:')
    expect(deeds(await check())).toEqual([])
  })

  it.each([
    ['is done', { state: 'done', hook: 'gt-w1' }, 'hooked'],
    ['was nuked', { state: 'nuked', hook: 'gt-w1' }, 'hooked'],
    ['is just being made', { state: 'spawning', hook: 'gt-w1' }, 'hooked'],
    ['has no work', { state: 'working' }, 'hooked'],
    ['has work that is closed', { state: 'working', hook: 'gt-w1' }, 'closed'],
  ])('polecat stays down when it %s', async (_, bead, status) => {
    await town.wake('deacon', WITNESS)
    town.addWorker(TOAST)
    town.addIssue({ id: 'gt-w1', status }, 'gastown')
    town.setBead(TOAST, bead)
    const document = await check()
    expect(deeds(document)).toEqual([])
    expect(document.exitCode).toBe(0)
  })

  it('that cannot be started is a failed repair, with the reason, and waits longer each time', async () => {
    await town.wake(WITNESS)
    town.programs.spoil('claude', refuses('no licence', 7))
    const document = await check()
    expect(deeds(document)).toEqual(['start deacon failed'])
    expect(document).toMatchObject({ exitCode: 2, verdict: 'critical' })
    expect(document.actions[0]?.error).toMatch(/no licence|7/)
    const again = await check()
    expect(deeds(again)).toEqual([])
    expect(again).toMatchObject({ exitCode: 1, findings: [{ agent: 'deacon', verdict: 'waiting' }] })
    expect(again.next.intervalSeconds).toBeGreaterThanOrEqual(60)
    expect(again.next.intervalSeconds).toBeLessThanOrEqual(300)
  })

  it('that fails five times within an hour is held back', async () => {
    await town.wake(WITNESS)
    await check()
    const now = Date.now()
    await town.crash('deacon')
    const starts = [50, 40, 30, 20, 12].map(
      (minutes): StartRecord => ({ at: now - minutes * 60_000, by: 'inference', outcome: 'failed' }),
    )
    town.changeLedger((ledger) => ({ ...ledger, agents: { deacon: { starts } } }))
    const document = await check()
    expect(deeds(document)).toEqual([])
    expect(document).toMatchObject({ exitCode: 1, findings: [{ agent: 'deacon', verdict: 'held' }] })
  })

  it('whose start fails with work on its hook is told to its witness, once', async () => {
    await town.wake('deacon', WITNESS)
    town.addWorker(TOAST)
    town.addIssue({ id: 'gt-w1', status: 'hooked' }, 'gastown')
    town.setBead(TOAST, { state: 'working', hook: 'gt-w1' })
    town.programs.spoil('claude', refuses('no licence', 7))
    expect((await check()).exitCode).toBe(2)
    await check()
    const [mail, ...more] = town.mails('gastown/witness')
    expect(more).toEqual([])
    expect(mail).toMatchObject({
      title: 'CRASHED_POLECAT: gastown/toast restart failed',
      created_by: 'gt-heartbeat/check',
    })
    expect(mail?.description).toMatch(
      /^Polecat toast crashed and automatic restart failed\.\n\nhook_bead: gt-w1\nrestart_error: .+\n\nManual intervention may be required\.$/s,
    )
  })

  it('is not started beyond the budget; the rest follows a minute later', async () => {
    await town.wake('deacon', WITNESS)
    const polecats = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `gastown/polecats/${name}`)
    for (const polecat of polecats) {
      town.addWorker(polecat)
      town.setBead(polecat, { state: 'working', hook: 'gt-w1' })
    }
    town.addIssue({ id: 'gt-w1', status: 'hooked' }, 'gastown')
    const document = await check()
    expect(document.actions.filter(({ outcome }) => outcome === 'done')).toHaveLength(5)
    expect(document.actions.filter(({ outcome }) => outcome === 'deferred')).toHaveLength(2)
    expect(document.next.intervalSeconds).toBe(60)
    expect((await check()).actions.filter(({ outcome }) => outcome === 'done')).toHaveLength(2)
  })
})

function stateOf(pid: number): string {
  try {
    return /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? '?'
  } catch {
    return 'none'
  }
}
